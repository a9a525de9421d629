using System.Collections.Immutable;
using NearData.Engine.Datasets;
using NearData.Isa.Programs;
using NearData.Vm;
using NearData.Vm.Maps;

namespace NearData.Engine.Groups;

/// <summary>The groups of one map after the merge. Valid until the execution that made them is disposed; one thread.</summary>
public sealed class GroupAnswer
{
    private readonly QueryRunner _runner;
    private readonly GroupMap _groups;

    internal GroupAnswer(QueryRunner runner, GroupMap groups, IEnumerable<ColumnType?> keyTypes)
    {
        _runner = runner;
        _groups = groups;
        Columns =
        [
            .. Layout.Key.Zip(keyTypes, (field, type) => new GroupColumn(field.Name, field, type, null)),
            .. Layout.Values.Select(field => new GroupColumn(field.Name, null, null, field)),
        ];
    }

    /// <summary>The map's name.</summary>
    public string Name => _groups.Definition.Name;

    /// <summary>The key's parts, then the value's members.</summary>
    public ImmutableArray<GroupColumn> Columns { get; }

    private GroupLayout Layout => _groups.Definition.Group!;

    /// <summary>The groups that the program's emit keeps, in the order asked for.</summary>
    /// <param name="order">Null: all, in no particular order.</param>
    /// <param name="cancellation">Stops between groups.</param>
    /// <exception cref="GroupOrderException">The order names what isn't there.</exception>
    /// <exception cref="GroupLimitException">Emit was to see a sum of more than 64 bits.</exception>
    public GroupSelection Select(GroupOrder? order, CancellationToken cancellation)
    {
        GroupComparer? comparer = order is { Keys.IsEmpty: false } ? new GroupComparer(_groups, Columns, order) : null;
        return new GroupSelection(_groups, Columns, comparer is null ? First(order?.Limit, cancellation) : Sorted(comparer, order!.Limit, cancellation));
    }

    /// <summary>
    /// The groups that emit keeps, for a later stage to look up; the caller's to dispose. Where there is no emit, it is the very map that
    /// the execution made, which must live as long.
    /// </summary>
    /// <exception cref="GroupLimitException">A sum has more than the 64 bits that a program sees of it.</exception>
    internal GroupMap Freeze()
    {
        GroupMap frozen = _runner.HasEmit(_groups) ? _groups.Where(number => _runner.Emits(_groups, number)) : _groups;
        frozen.ThrowUnlessVisible();
        frozen.Freeze();
        return frozen;
    }

    private List<long> First(long? limit, CancellationToken cancellation)
    {
        List<long> numbers = [];
        foreach (long number in Kept(cancellation))
        {
            if (numbers.Count >= limit)
            {
                break;
            }

            numbers.Add(number);
        }

        return numbers;
    }

    // With a limit no more numbers than that are kept: the last of them goes when a better one comes.
    private List<long> Sorted(GroupComparer comparer, long? limit, CancellationToken cancellation)
    {
        PriorityQueue<long, long> worstFirst = new(Comparer<long>.Create((left, right) => comparer.Compare(right, left)));
        foreach (long number in Kept(cancellation))
        {
            if (worstFirst.Count < (limit ?? long.MaxValue))
            {
                worstFirst.Enqueue(number, number);
            }
            else if (limit > 0)
            {
                worstFirst.EnqueueDequeue(number, number);
            }
        }

        List<long> numbers = new(worstFirst.Count);
        while (worstFirst.TryDequeue(out long number, out _))
        {
            numbers.Add(number);
        }

        numbers.Reverse();
        return numbers;
    }

    private IEnumerable<long> Kept(CancellationToken cancellation)
    {
        for (long number = 0; number < _groups.Count; number++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_runner.Emits(_groups, number))
            {
                yield return number;
            }
        }
    }
}

/// <summary>A part of the answer's groups: of their key, or a total.</summary>
/// <param name="Name">As the author wrote it.</param>
/// <param name="Key">The part of the key; null for a total.</param>
/// <param name="Type">For a part of the key that has a dataset's column's name: its type. Otherwise null.</param>
/// <param name="Value">The member of the value; null for a part of the key.</param>
public sealed record GroupColumn(string Name, GroupKeyField? Key, ColumnType? Type, ResultField? Value);
