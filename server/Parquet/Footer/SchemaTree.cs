using System.Collections.Immutable;

namespace NearData.Parquet.Footer;

/// <summary>Turns the depth-first list of schema elements into the leaves that hold values.</summary>
internal sealed class SchemaTree(List<SchemaElement> elements, Func<string, ParquetFormatException> broken)
{
    /// <summary>Deeper schemas come from no writer, and depth costs stack.</summary>
    private const int MaximumDepth = 64;

    /// <summary>
    /// Paths repeat the names of the groups around them, so a small footer could ask for huge ones; 16 Mi characters hold
    /// hundreds of thousands of real columns.
    /// </summary>
    private const long MaximumPathCharacters = 16 << 20;

    private readonly ImmutableArray<ParquetColumn>.Builder _leaves = ImmutableArray.CreateBuilder<ParquetColumn>();
    private int _next;
    private long _pathCharacters;

    public ParquetSchema Build()
    {
        if (elements.Count == 0 || elements[0].Type is not null)
        {
            throw broken("The schema has no root group.");
        }

        SchemaElement root = elements[_next++];
        AddChildren(root, "", NodeKind.Flat, depth: 1);
        return _next == elements.Count
            ? new ParquetSchema(_leaves.ToImmutable())
            : throw broken($"The schema's root accounts for {_next} of its {elements.Count} elements.");
    }

    private void AddChildren(SchemaElement group, string prefix, NodeKind kind, int depth)
    {
        if (depth > MaximumDepth)
        {
            throw broken($"Schema groups nest deeper than {MaximumDepth} levels.");
        }

        if (group.Children < 0 || group.Children > elements.Count - _next)
        {
            throw broken(
                $"Schema group \"{group.Name}\" claims {group.Children} children, {elements.Count - _next} elements are left.");
        }

        for (int i = 0; i < group.Children; i++)
        {
            if (_next == elements.Count)
            {
                throw broken($"Schema group \"{group.Name}\" lacks {group.Children - i} of its {group.Children} children.");
            }

            Add(elements[_next++], prefix, kind, depth);
        }
    }

    private void Add(SchemaElement element, string prefix, NodeKind kind, int depth)
    {
        string path = prefix.Length == 0 ? element.Name : $"{prefix}.{element.Name}";
        _pathCharacters += path.Length;
        if (_pathCharacters > MaximumPathCharacters)
        {
            throw broken($"The columns' paths exceed {MaximumPathCharacters} characters in all.");
        }

        if (element.Repetition == Repetition.Repeated)
        {
            kind |= NodeKind.Nested;
        }

        if (element.Repetition != Repetition.Required)
        {
            kind |= NodeKind.Optional;
        }

        if (element.Type is { } type)
        {
            _leaves.Add(Leaf(element, type, path, kind));
        }
        else
        {
            AddChildren(element, path, kind | NodeKind.Nested, depth + 1);
        }
    }

    private ParquetColumn Leaf(SchemaElement element, PhysicalType type, string path, NodeKind kind)
    {
        ParquetColumn column = new()
        {
            Name = element.Name,
            Path = path,
            Index = _leaves.Count,
            PhysicalType = type,
            TypeLength = type == PhysicalType.FixedLenByteArray ? element.TypeLength : 0,
            LogicalType = element.LogicalType,
            IsNullable = kind.HasFlag(NodeKind.Optional),
            IsNested = kind.HasFlag(NodeKind.Nested),
        };
        return ColumnRules.Violation(column) is { } violation ? throw broken(violation) : column;
    }

    [Flags]
    private enum NodeKind
    {
        Flat = 0,
        Optional = 1,
        Nested = 2,
    }
}
