using System.Runtime.CompilerServices;
using NearData.Vm.Memory;

namespace NearData.Vm.Maps;

/// <summary>
/// Makes the groups of several workers one worker's, by several threads at once: each owns a range of the slots of the map that they all go to, and
/// takes what belongs there. Where its last slots are full, what would lie behind them is left to the end, when one thread goes on alone. Groups come
/// in the order in which they would come one worker after the other.
/// </summary>
internal sealed unsafe class GroupMerge : IDisposable
{
    /// <summary>Fewer groups are merged by one thread: waking another one takes as long.</summary>
    public const long Fewest = 1 << 13;

    /// <summary>Groups between two looks at whether it is cancelled, and of a piece of work.</summary>
    private const int Piece = 1 << 14;

    /// <summary>In place of a slot: the group is part of another one of its key.</summary>
    private const long IsMerged = -1;

    /// <summary>In place of a slot: what is behind the thread's last slot says where it goes.</summary>
    private const long IsLeft = -2;

    private readonly GroupMap _target;
    private readonly Part[] _parts;
    private readonly ParallelOptions _options;
    private readonly AlignedMemory _places;

    // A hash of each group that is merged, and in its place the slot that it came to.
    private readonly long _groups;

    /// <param name="target">Gets the groups. It has room for the slots of all.</param>
    /// <param name="others">Their groups are of no use afterwards.</param>
    /// <param name="memory">Of <see cref="BytesFor"/>; owned from now on.</param>
    /// <param name="options">How many threads, and what stops them.</param>
    public GroupMerge(GroupMap target, IReadOnlyList<GroupMap> others, AlignedMemory memory, ParallelOptions options)
    {
        _target = target;
        _options = options;
        _places = memory;
        List<Part> parts = [];
        foreach (GroupMap other in others)
        {
            for (long first = 0; first < other.Count; first += Piece)
            {
                parts.Add(new Part(other, first, int.CreateChecked(long.Min(Piece, other.Count - first)), _groups + first));
            }

            _groups += other.Count;
        }

        _parts = [.. parts];
    }

    /// <summary>What is remembered of so many groups: where each goes, and its hash.</summary>
    public static long BytesFor(long groups) => groups * (sizeof(long) + sizeof(ulong));

    private long* Places => (long*)_places.Start;

    private ulong* Hashes => (ulong*)_places.Start + _groups;

    /// <summary>Merges.</summary>
    /// <returns>Whether there was room for all.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public bool Run()
    {
        Parallel.ForEach(_parts, _options, Hash);
        int threads = _options.MaxDegreeOfParallelism;
        Parallel.For(0, threads, _options, thread => Take(thread, threads));
        foreach (Part part in _parts)
        {
            TakeLeft(part);
        }

        long before = _target.Count;
        long[] firsts = Count(out long made);
        if (!_target.TryMakeRoom(made))
        {
            return false;
        }

        Parallel.For(0, _parts.Length, _options, part => Move(_parts[part], before + firsts[part]));
        return true;
    }

    public void Dispose() => _places.Dispose();

    private void Hash(Part part)
    {
        for (int at = 0; at < part.Count; at++)
        {
            Hashes[part.Place + at] = _target.Table->Hash.Whole(part.Groups.KeyAddress(part.First + at));
        }
    }

    /// <summary>Merges what belongs to one thread's slots.</summary>
    private void Take(int thread, int threads)
    {
        ulong slots = _target.Table->Mask + 1;
        SlotRange range = new(slots * (ulong)thread / (ulong)threads, slots * (ulong)(thread + 1) / (ulong)threads);
        Span<int> mine = stackalloc int[GroupSearch.Together];
        foreach (Part part in _parts)
        {
            _options.CancellationToken.ThrowIfCancellationRequested();
            for (int at = 0; at < part.Count;)
            {
                int count = 0;
                for (; at < part.Count && count < mine.Length; at++)
                {
                    mine[count] = at;
                    count += range.Holds(Hashes[part.Place + at] & (slots - 1)) ? 1 : 0;
                }

                Take(part, mine[..count], range);
            }
        }
    }

    private void Take(Part part, ReadOnlySpan<int> mine, SlotRange range)
    {
        GroupTable* table = _target.Table;
        foreach (int at in mine)
        {
            GroupSearch.Prefetch(table->SlotOf(Hashes[part.Place + at]));
        }

        foreach (int at in mine)
        {
            GroupSearch.Prefetch(GroupTable.GroupOf(*table->SlotOf(Hashes[part.Place + at])));
        }

        foreach (int at in mine)
        {
            Places[part.Place + at] = Take(part, at, range.End);
        }
    }

    private void TakeLeft(Part part)
    {
        for (int at = 0; at < part.Count; at++)
        {
            if (Places[part.Place + at] == IsLeft)
            {
                Places[part.Place + at] = Take(part, at, end: null);
            }
        }
    }

    /// <summary>
    /// Merges a group into the one of its key that is there, or puts it into an empty slot, to be moved.
    /// </summary>
    /// <param name="part">Whose group.</param>
    /// <param name="at">Its number in that.</param>
    /// <param name="end">The slot that isn't looked at any more; null where all are.</param>
    /// <returns>The slot that it came to, or what else came of it.</returns>
    private long Take(Part part, int at, ulong? end)
    {
        GroupTable* table = _target.Table;
        byte* group = part.Groups.KeyAddress(part.First + at);
        ulong hash = Hashes[part.Place + at];
        for (ulong slot = hash & table->Mask; slot != end; slot = end is null ? (slot + 1) & table->Mask : slot + 1)
        {
            ulong there = table->Slots[slot];
            if (there == 0)
            {
                table->Slots[slot] = GroupTable.SlotOf(group, hash);
                return (long)slot;
            }

            if (table->IsOf(there, group, hash))
            {
                _target.Totals.Merge(GroupTable.GroupOf(there) + table->ValueOffset, group + table->ValueOffset);
                return IsMerged;
            }
        }

        return IsLeft;
    }

    /// <summary>How many groups of the parts before each are new.</summary>
    private long[] Count(out long all)
    {
        long[] firsts = new long[_parts.Length];
        all = 0;
        for (int part = 0; part < _parts.Length; part++)
        {
            firsts[part] = all;
            foreach (long place in new ReadOnlySpan<long>(Places + _parts[part].Place, _parts[part].Count))
            {
                all += place >= 0 ? 1 : 0;
            }
        }

        return firsts;
    }

    /// <summary>Moves a part's groups that have slots to the target's memory.</summary>
    private void Move(Part part, long number)
    {
        for (int at = 0; at < part.Count; at++)
        {
            long slot = Places[part.Place + at];
            if (slot >= 0)
            {
                byte* group = _target.CopyTo(number++, part.Groups.KeyAddress(part.First + at));
                _target.Table->Slots[slot] = GroupTable.SlotOf(group, Hashes[part.Place + at]);
            }
        }
    }

    /// <summary>Some groups of a worker.</summary>
    /// <param name="Groups">The worker's.</param>
    /// <param name="First">The first one's number.</param>
    /// <param name="Count">How many.</param>
    /// <param name="Place">The first one's place among all that are merged.</param>
    private sealed record Part(GroupMap Groups, long First, int Count, long Place);

    private readonly record struct SlotRange(ulong First, ulong End)
    {
        public bool Holds(ulong slot) => slot >= First && slot < End;
    }
}
