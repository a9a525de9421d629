using NearData.Parquet.Encodings;

namespace NearData.Parquet.Tests;

/// <summary>Codes looked up by permutations of registers give the entries that indexing gives, whatever their number and width.</summary>
public sealed class DictionaryGatherTests
{
    private const int Unwritten = 77;

    [Fact]
    public void Every_code_of_dictionaries_of_all_small_sizes_finds_its_entry()
    {
        Random random = new(5);
        foreach (int count in Enumerable.Range(1, 66).Append(1_000))
        {
            uint[] codes = [.. Enumerable.Range(0, count).Concat(Enumerable.Range(0, random.Next(70)).Select(_ => random.Next(count))).Select(code => (uint)code)];
            Check(codes, count, () => (byte)random.Next(256));
            Check(codes, count, () => random.Next());
            Check(codes, count, () => random.NextInt64());
            Check(codes, count, () => (Int128)random.NextInt64() << 40);
        }
    }

    private static void Check<T>(uint[] codes, int count, Func<T> next)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        T[] entries = new T[int.Max(count + 1, DictionaryGather.FewEntries)];
        for (int entry = 0; entry < count; entry++)
        {
            entries[entry] = next();
        }

        T[] values = [.. Enumerable.Repeat(T.CreateTruncating(Unwritten), codes.Length + 1)];
        DictionaryGather.Run(codes, entries, count, values.AsSpan(0, codes.Length));
        Assert.Equal([.. codes.Select(code => entries[code]), T.CreateTruncating(Unwritten)], values);
    }
}
