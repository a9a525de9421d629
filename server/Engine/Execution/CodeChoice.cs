using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NearData.Engine.Pruning;
using NearData.Parquet;
using NearData.Vm;

namespace NearData.Engine.Execution;

/// <summary>
/// Chooses the rows whose codes pass a table. Codes are valid indices into their dictionary, whose table has one more entry. One guard's,
/// of one worker.
/// </summary>
/// <param name="tier">The widest vectors that it may use; the machine has those.</param>
internal sealed class CodeChoice(VectorTier tier)
{
    private const int WordRows = RowCodes.WordRows;

    /// <summary>A bit for each entry of a table that vectors look codes up in.</summary>
    private readonly uint[] _table = new uint[CodeLanes512.MostEntries / 32];
    private ulong[] _rows = [];
    private CodeTable? _packed;

    public CodeChoice()
        : this(Widest)
    {
    }

    /// <summary>The widest vectors that this machine chooses codes by.</summary>
    public static VectorTier Widest =>
        Avx512F.IsSupported ? VectorTier.Vector512
        : Avx2.IsSupported ? VectorTier.Vector256
        : Vector128.IsHardwareAccelerated ? VectorTier.Vector128
        : VectorTier.Scalar;

    /// <summary>Finds the rows whose codes pass. A run is decided once, however long it is.</summary>
    /// <param name="codes">One for each row.</param>
    /// <param name="table">Which codes pass.</param>
    /// <returns>A bit for each row, the first lowest, and zeros behind the last. Valid until the next call.</returns>
    public ReadOnlySpan<ulong> Choose(RowCodes codes, CodeTable table)
    {
        int words = (codes.Count + WordRows - 1) / WordRows;
        if (_rows.Length < words)
        {
            _rows = new ulong[words];
        }

        ReadOnlySpan<uint> listed = codes.Listed;
        int word = 0;
        foreach (CodeRun run in codes.Runs)
        {
            Choose(listed[(word * WordRows)..run.FirstRow], table, _rows.AsSpan(word..run.FirstWord));
            _rows.AsSpan(run.FirstWord..run.EndWord).Fill(Passes(table, run.Code) ? ulong.MaxValue : 0);
            word = run.EndWord;
        }

        Choose(listed[(word * WordRows)..], table, _rows.AsSpan(word..words));
        return _rows.AsSpan(0, words);
    }

    /// <summary>Whether the rows with a code pass.</summary>
    public static bool Passes(CodeTable table, uint code) => table.Passes[code] != 0;

    /// <summary>Keeps those of some rows whose codes pass; returns how many, which stand first.</summary>
    public static int ChooseAmong(Span<int> rows, ReadOnlySpan<uint> codes, CodeTable table)
    {
        ref byte passes = ref MemoryMarshal.GetArrayDataReference(table.Passes);
        int count = 0;
        foreach (int row in rows)
        {
            rows[count] = row;
            count += Unsafe.Add(ref passes, (nint)codes[row]);
        }

        return count;
    }

    private void Choose(ReadOnlySpan<uint> codes, CodeTable table, Span<ulong> rows)
    {
        int whole = codes.Length / WordRows;
        int done = ChooseByVectors(codes[..(whole * WordRows)], table, rows) ? whole : 0;
        for (int word = done; word < rows.Length; word++)
        {
            ReadOnlySpan<uint> rest = codes[(word * WordRows)..];
            rows[word] = ChooseSingly(rest[..int.Min(rest.Length, WordRows)], table);
        }
    }

    /// <summary>The bits of a word's rows, or of fewer.</summary>
    private static ulong ChooseSingly(ReadOnlySpan<uint> codes, CodeTable table)
    {
        ref byte passes = ref MemoryMarshal.GetArrayDataReference(table.Passes);
        ulong bits = 0;
        int row = 0;
        for (; row <= codes.Length - 8; row += 8)
        {
            ReadOnlySpan<uint> eight = codes.Slice(row, 8);
            int low = Pass(ref passes, eight[0]) | (Pass(ref passes, eight[1]) << 1) | (Pass(ref passes, eight[2]) << 2) | (Pass(ref passes, eight[3]) << 3);
            int high = Pass(ref passes, eight[4]) | (Pass(ref passes, eight[5]) << 1) | (Pass(ref passes, eight[6]) << 2) | (Pass(ref passes, eight[7]) << 3);
            bits |= (ulong)(uint)(low | (high << 4)) << row;
        }

        for (; row < codes.Length; row++)
        {
            bits |= (ulong)Pass(ref passes, codes[row]) << row;
        }

        return bits;
    }

    private static int Pass(ref byte passes, uint code) => Unsafe.Add(ref passes, (nint)code);

    /// <summary>Whether vectors did it: a table may have more entries than they look up.</summary>
    private bool ChooseByVectors(ReadOnlySpan<uint> codes, CodeTable table, Span<ulong> rows)
    {
        int entries = table.Passes.Length;
        if (tier >= VectorTier.Vector512 && entries <= CodeLanes512.MostEntries)
        {
            Pack(table);
            CodeLanes512.Choose(codes, _table, entries, rows);
        }
        else if (tier >= VectorTier.Vector256 && entries <= CodeLanes256.MostEntries)
        {
            Pack(table);
            CodeLanes256.Choose(codes, _table, rows);
        }
        else if (tier >= VectorTier.Vector128 && entries <= CodeLanes128.MostEntries)
        {
            Pack(table);
            CodeLanes128.Choose(codes, _table, rows);
        }
        else
        {
            return false;
        }

        return true;
    }

    private void Pack(CodeTable table)
    {
        if (ReferenceEquals(table, _packed))
        {
            return;
        }

        _packed = table;
        ReadOnlySpan<byte> passes = table.Passes;
        for (int word = 0; !passes.IsEmpty; word++)
        {
            ReadOnlySpan<byte> some = passes[..int.Min(passes.Length, 32)];
            _table[word] = (uint)(some.Length == 32 ? Vector256.GreaterThan(Vector256.Create(some), Vector256<byte>.Zero).ExtractMostSignificantBits() : PackRest(some));
            passes = passes[some.Length..];
        }
    }

    private static uint PackRest(ReadOnlySpan<byte> passes)
    {
        uint bits = 0;
        for (int entry = 0; entry < passes.Length; entry++)
        {
            bits |= (uint)passes[entry] << entry;
        }

        return bits;
    }
}
