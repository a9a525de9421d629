using System.Collections.Immutable;
using NearData.Isa.Programs;
using NearData.Vm.Compilation;
using NearData.Vm.Ir;
using NearData.Vm.Maps;
using NearData.Vm.Memory;

namespace NearData.Vm.Vectors;

/// <summary>
/// Partial totals of numbered groups, 64 bits for each update and group. How far sums may have gone is known from the magnitudes of what was added, so
/// that they are brought into the exact totals before they overflow; numbers too large for that are added there at once. Not thread-safe.
/// </summary>
internal sealed unsafe class GroupPartials : IDisposable
{
    /// <summary>The most totals: of more, few would be in a core's caches.</summary>
    private const int MostTotals = 1 << 16;

    /// <summary>What a sum's magnitude stays below.</summary>
    private const ulong Room = 1UL << 62;

    /// <summary>Bits of a value, so that a block of them has room.</summary>
    private const int MostBits = 52;

    private readonly GroupMap _map;
    private readonly GroupNumbers _numbers;
    private readonly VectorShape _shape;
    private readonly GroupTarget[] _targets;
    private readonly ulong[] _used;

    // A one for each record of a block: the sum of those is a count.
    private readonly AlignedMemory _ones = new(GroupMethod.MostRecords * sizeof(long));
    private readonly bool _isCounted;
    private AlignedMemory _totals = new(0);
    private int _stride;

    public GroupPartials(GroupMethod method, GroupMap map, GroupNumbers numbers, ImmutableArray<GroupTarget> targets)
    {
        _map = map;
        _numbers = numbers;
        _shape = method.Shape;
        _targets = [.. targets];
        _used = new ulong[_targets.Length];
        _isCounted = _targets.Any(target => target.Column is null);
        new Span<long>(_ones.Start, GroupMethod.MostRecords).Fill(1);
        Restart(groups: 0);
    }

    /// <summary>The number of no group, for records that are in none.</summary>
    public int NoGroup => _stride - 1;

    // The last one is the count of records.
    private int Tables => _targets.Length + 1;

    /// <summary>The most groups that there is room for.</summary>
    public long MostGroups => (MostTotals / Tables) - 1;

    /// <summary>Makes all totals those of no values.</summary>
    /// <param name="groups">The most groups from now on.</param>
    public void Restart(int groups)
    {
        _stride = groups + 1;
        long length = (long)Tables * _stride * sizeof(long);
        if (_totals.Length < length)
        {
            _totals.Dispose();
            _totals = new AlignedMemory(length);
        }

        for (int table = 0; table < Tables; table++)
        {
            Empty(table, _stride);
        }
    }

    /// <summary>Brings a block in.</summary>
    /// <param name="block">Its groups.</param>
    /// <param name="fields">The columns of the row's fields.</param>
    /// <param name="first">The block's first record in them.</param>
    /// <param name="written">The columns that the method wrote.</param>
    /// <param name="magnitudes">What it left of magnitudes.</param>
    public void Add(in GroupBlock block, byte** fields, int first, byte* written, byte* magnitudes)
    {
        for (int table = 0; table < _targets.Length; table++)
        {
            GroupTarget target = _targets[table];
            if (target.Column is not { } column)
            {
                continue;
            }

            long* values = column.Values(fields, first, written);
            if (target.Merge == MergeRule.Sum && !TryTakeRoom(table, Magnitude(magnitudes, column), block.Records))
            {
                AddWide(block, values, target);
            }
            else
            {
                GroupFold.Run(target.Merge, target.Sign, block, values, Table(table), target.Nothing);
            }
        }

        if (_isCounted)
        {
            GroupFold.Run(MergeRule.Sum, NumberSign.Signed, block, (long*)_ones.Start, Table(_targets.Length), nothing: 0);
        }
    }

    /// <summary>Brings all totals into the groups, and makes them those of no values.</summary>
    public void Settle()
    {
        for (int number = 0; number < _numbers.Count; number++)
        {
            for (int table = 0; table < _targets.Length; table++)
            {
                GroupTarget target = _targets[table];
                Int128 total = target.Column is null ? target.Exact(target.Addend) * Table(_targets.Length)[number] : target.Exact(Table(table)[number]);
                _map.Totals.Merge(_numbers.Value(number), target.Member, total);
            }
        }

        for (int table = 0; table < Tables; table++)
        {
            Empty(table, _numbers.Count);
        }
    }

    public void Dispose()
    {
        _totals.Dispose();
        _ones.Dispose();
    }

    private long* Table(int table) => (long*)_totals.Start + ((long)table * _stride);

    private void Empty(int table, int groups)
    {
        new Span<long>(Table(table), groups).Fill(table < _targets.Length ? _targets[table].Nothing : 0);
        if (table < _targets.Length)
        {
            _used[table] = 0;
        }
    }

    private ulong Magnitude(byte* magnitudes, GroupColumn column)
    {
        ulong all = 0;
        foreach (ulong lane in new ReadOnlySpan<ulong>(magnitudes + (column.Magnitude!.Value * Accumulator.Stride), _shape.Lanes))
        {
            all |= lane;
        }

        return all;
    }

    /// <summary>Makes sure that values up to a magnitude can be added; false where they are too large ever to be.</summary>
    private bool TryTakeRoom(int table, ulong magnitude, int records)
    {
        if (magnitude >> MostBits != 0)
        {
            return false;
        }

        ulong needed = (magnitude + 1) * (ulong)records;
        if (_used[table] + needed > Room)
        {
            Settle();
        }

        _used[table] += needed;
        return true;
    }

    private void AddWide(in GroupBlock block, long* values, GroupTarget target)
    {
        for (int record = 0; record < block.Records; record++)
        {
            if (block.Numbers[record] != NoGroup)
            {
                _map.Totals.Merge(_numbers.Value((int)block.Numbers[record]), target.Member, target.Exact(values[record]));
            }
        }
    }
}
