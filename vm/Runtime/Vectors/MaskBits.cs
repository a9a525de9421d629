using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NearData.Vm.Vectors;

/// <summary>Makes a filter's bits the positions of the records that it kept.</summary>
internal static unsafe class MaskBits
{
    /// <summary>Bits of a word.</summary>
    public const int WordRecords = 64;

    /// <summary>Positions that may be written behind as many as there are records.</summary>
    public const int Slack = WordRecords;

    /// <summary>Positions of a vector.</summary>
    private const int Lanes = 16;

    /// <summary>Of a word's positions, those that are written whether they are there or not: more are rare where few records are kept.</summary>
    private const int Few = 4;

    private static readonly int* Table = CreateTable();

    /// <summary>Writes the positions of set bits, ascending.</summary>
    /// <param name="words">Bits of records, the first lowest; behind the last record zeros to the end of its word.</param>
    /// <param name="records">How many there are.</param>
    /// <param name="positions">Has room for as many and <see cref="Slack"/> more.</param>
    /// <returns>How many positions were written.</returns>
    public static int WritePositions(ulong* words, int records, int* positions) =>
        Avx512Vbmi2.IsSupported ? WriteCompressed(words, records, positions) : WriteByTable(words, records, positions);

    /// <summary>As <see cref="WritePositions"/>, a word at a time: its bits choose among the numbers of its records.</summary>
    internal static int WriteCompressed(ulong* words, int records, int* positions)
    {
        Vector512<byte> numbers = Vector512<byte>.Indices;
        Vector512<byte> byteOf = numbers >>> 3;
        Vector512<byte> bitOf = Vector512.Create(0x80402010_08040201).AsByte();
        int* target = positions;
        for (int first = 0; first < records; first += WordRecords)
        {
            ulong word = *words++;
            Vector512<byte> bits = Avx512BW.Shuffle(Vector512.Create(word).AsByte(), byteOf) & bitOf;
            Vector512<byte> kept = Avx512Vbmi2.Compress(Vector512<byte>.Zero, Vector512.Equals(bits, bitOf), numbers);
            Vector512<int> start = Vector512.Create(first);
            Store(kept.GetLower().GetLower(), start, target);
            int count = BitOperations.PopCount(word);
            if (count > Lanes)
            {
                Store(kept.GetLower().GetUpper(), start, target + Lanes);
                Store(kept.GetUpper().GetLower(), start, target + (2 * Lanes));
                Store(kept.GetUpper().GetUpper(), start, target + (3 * Lanes));
            }

            target += count;
        }

        return (int)(target - positions);
    }

    private static void Store(Vector128<byte> kept, Vector512<int> start, int* target) =>
        (Avx512F.ConvertToVector512Int32(kept) + start).Store(target);

    /// <summary>As <see cref="WritePositions"/>, on any machine.</summary>
    internal static int WriteByTable(ulong* words, int records, int* positions)
    {
        int* target = positions;
        for (int first = 0; first < records; first += WordRecords)
        {
            ulong word = *words++;
            int count = BitOperations.PopCount(word);
            if (count <= Few)
            {
                WriteFew(word, first, target);
            }
            else
            {
                WriteMany(word, first, target);
            }

            target += count;
        }

        return (int)(target - positions);
    }

    private static void WriteFew(ulong word, int first, int* target)
    {
        for (int position = 0; position < Few; position++)
        {
            target[position] = first + BitOperations.TrailingZeroCount(word);
            word &= word - 1;
        }
    }

    // Eight records at a time; of the eight positions that are written, those that are kept count.
    private static void WriteMany(ulong word, int first, int* target)
    {
        for (int eight = first; eight < first + WordRecords; eight += 8, word >>= 8)
        {
            Vector256<int> positions = Vector256.Load(Table + (8 * (byte)word)) + Vector256.Create(eight);
            positions.Store(target);
            target += BitOperations.PopCount((uint)(byte)word);
        }
    }

    /// <summary>For each eight bits the positions of those that are set, as eight numbers of which the first count. Never freed.</summary>
    private static int* CreateTable()
    {
        int* table = (int*)NativeMemory.AllocZeroed(256 * 8 * sizeof(int));
        for (int mask = 0; mask < 256; mask++)
        {
            int count = 0;
            for (int record = 0; record < 8; record++)
            {
                if ((mask & (1 << record)) != 0)
                {
                    table[(8 * mask) + count++] = record;
                }
            }
        }

        return table;
    }
}
