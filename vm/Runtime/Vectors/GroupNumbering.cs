using System.Numerics;
using System.Runtime.InteropServices;
using NearData.Vm.Memory;

namespace NearData.Vm.Vectors;

/// <summary>Gives the records of a block the numbers of their groups. Not thread-safe.</summary>
/// <param name="texts">The codes of the keys' texts.</param>
/// <param name="keys">Makes keys.</param>
/// <param name="groups">The groups that have numbers.</param>
/// <param name="partials">Their totals, which are brought into the groups before the numbers mean something else.</param>
internal sealed unsafe class GroupNumbering(GroupTexts texts, GroupKeys keys, GroupNumbers groups, GroupPartials partials) : IDisposable
{
    private readonly (long Least, long Most)[] _bounds = new (long, long)[keys.Parts];
    private readonly uint[] _places = new uint[GroupMethod.MostRecords];
    private readonly AlignedMemory _numbers = new(GroupMethod.MostRecords * sizeof(long));

    /// <summary>The numbers of the last block's groups; of a record that has none, and behind the last record, one that no group has.</summary>
    public long* Start => (long*)_numbers.Start;

    /// <summary>Whether there are places for all texts that keys can have.</summary>
    public bool HasRoom => texts.Count <= MostPlaces;

    private long MostPlaces => long.Min(GroupNumbers.MostPlaces, partials.MostGroups);

    public void Dispose() => _numbers.Dispose();

    /// <summary>Gives each record of a block the number of its group; false where there may be too many groups for that, now and in later batches.</summary>
    /// <param name="block">The values.</param>
    /// <param name="condition">Of each record whether it has a group; null where all have.</param>
    /// <param name="kept">The positions in the batch that are kept, from the block's first on; moved behind the block's.</param>
    /// <param name="areAll">Whether all records are kept, and those positions aren't looked at.</param>
    public bool TryNumber(in GroupValues block, long* condition, ref ReadOnlySpan<int> kept, bool areAll)
    {
        Span<long> numbers = new(Start, GroupMethod.Whole(block.Count));
        if (!FindBounds(block, condition))
        {
            numbers.Fill(partials.NoGroup);
            return true;
        }

        if (!groups.Covers(texts.Count, _bounds))
        {
            partials.Settle();
            if (!groups.TryRestart(texts.Count, _bounds, MostPlaces))
            {
                groups.Restart();
                return false;
            }

            partials.Restart(groups.Places);
        }

        ReadOnlySpan<uint> places = FindPlaces(block);
        if (areAll)
        {
            LookUp(places, numbers, condition);
        }
        else
        {
            LookUp(places, numbers, condition, block.First, ref kept);
        }

        numbers[block.Count..].Fill(partials.NoGroup);
        AddUnknown(block, places, numbers[..block.Count]);
        return true;
    }

    private void LookUp(scoped ReadOnlySpan<uint> places, Span<long> numbers, long* condition, int first, ref ReadOnlySpan<int> kept)
    {
        ReadOnlySpan<int> known = groups.Numbers;
        numbers.Fill(partials.NoGroup);
        int next = 0;
        for (; next < kept.Length && kept[next] < first + places.Length; next++)
        {
            int record = kept[next] - first;
            if (condition is null || condition[record] != 0)
            {
                numbers[record] = known[(int)places[record]];
            }
        }

        kept = kept[next..];
    }

    private void LookUp(ReadOnlySpan<uint> places, Span<long> numbers, long* condition)
    {
        ReadOnlySpan<int> known = groups.Numbers;
        for (int record = 0; record < places.Length; record++)
        {
            // Only of a record with a group is there a place.
            numbers[record] = condition is null || condition[record] != 0 ? known[(int)places[record]] : partials.NoGroup;
        }
    }

    private void AddUnknown(in GroupValues block, ReadOnlySpan<uint> places, Span<long> numbers)
    {
        for (int record = numbers.IndexOf(GroupNumbers.Unknown); record >= 0 && record < numbers.Length; record++)
        {
            if (numbers[record] == GroupNumbers.Unknown)
            {
                int number = groups.Numbers[(int)places[record]];
                numbers[record] = number != GroupNumbers.Unknown ? number : groups.Add((int)places[record], keys.Write(block, record));
            }
        }
    }

    /// <summary>The least and the greatest of each number of a block's keys; false where no record has a group.</summary>
    private bool FindBounds(in GroupValues block, long* condition)
    {
        for (int part = 0; part < _bounds.Length; part++)
        {
            ReadOnlySpan<long> numbers = new(keys.Numbers(block, part), block.Count);
            _bounds[part] = condition is null ? Bounds(numbers) : Bounds(numbers, new ReadOnlySpan<long>(condition, block.Count));
            if (_bounds[part].Least > _bounds[part].Most)
            {
                return false;
            }
        }

        return true;
    }

    private static (long Least, long Most) Bounds(ReadOnlySpan<long> numbers)
    {
        (long least, long most) = (long.MaxValue, long.MinValue);
        ReadOnlySpan<Vector<long>> wide = MemoryMarshal.Cast<long, Vector<long>>(numbers);
        Vector<long> leasts = new(least);
        Vector<long> mosts = new(most);
        foreach (Vector<long> some in wide)
        {
            leasts = Vector.Min(leasts, some);
            mosts = Vector.Max(mosts, some);
        }

        for (int lane = 0; lane < Vector<long>.Count; lane++)
        {
            (least, most) = (long.Min(least, leasts[lane]), long.Max(most, mosts[lane]));
        }

        foreach (long number in numbers[(wide.Length * Vector<long>.Count)..])
        {
            (least, most) = (long.Min(least, number), long.Max(most, number));
        }

        return (least, most);
    }

    private static (long Least, long Most) Bounds(ReadOnlySpan<long> numbers, ReadOnlySpan<long> condition)
    {
        (long least, long most) = (long.MaxValue, long.MinValue);
        for (int record = 0; record < numbers.Length; record++)
        {
            if (condition[record] != 0)
            {
                (least, most) = (long.Min(least, numbers[record]), long.Max(most, numbers[record]));
            }
        }

        return (least, most);
    }

    /// <summary>The place of each record's key; of one without a group it means nothing.</summary>
    private ReadOnlySpan<uint> FindPlaces(in GroupValues block)
    {
        if (keys.Parts == 0)
        {
            return block.Texts;
        }

        Span<uint> places = _places.AsSpan(0, block.Count);
        block.Texts.CopyTo(places);
        for (int part = 0; part < keys.Parts; part++)
        {
            NumberWindow window = groups.Window(part);
            ReadOnlySpan<long> numbers = new(keys.Numbers(block, part), block.Count);
            for (int record = 0; record < places.Length; record++)
            {
                places[record] = (places[record] * (uint)window.Width) + (uint)(numbers[record] - window.Start);
            }
        }

        return places;
    }
}
