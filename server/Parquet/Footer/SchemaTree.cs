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
        AddChildren(root, "", default, depth: 1);
        return _next == elements.Count
            ? new ParquetSchema(_leaves.ToImmutable())
            : throw broken($"The schema's root accounts for {_next} of its {elements.Count} elements.");
    }

    private void AddChildren(SchemaElement group, string prefix, Nesting nesting, int depth)
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

            Add(elements[_next++], prefix, nesting, depth);
        }
    }

    private void Add(SchemaElement element, string prefix, Nesting nesting, int depth)
    {
        string path = prefix.Length == 0 ? element.Name : $"{prefix}.{element.Name}";
        _pathCharacters += path.Length;
        if (_pathCharacters > MaximumPathCharacters)
        {
            throw broken($"The columns' paths exceed {MaximumPathCharacters} characters in all.");
        }

        nesting = new Nesting(
            nesting.Definition + (element.Repetition == Repetition.Required ? 0 : 1),
            nesting.Repetition + (element.Repetition == Repetition.Repeated ? 1 : 0));
        if (element.Type is { } type)
        {
            _leaves.Add(Leaf(element, type, path, nesting) with { IsNested = depth > 1 });
        }
        else
        {
            AddChildren(element, path, nesting, depth + 1);
        }
    }

    private ParquetColumn Leaf(SchemaElement element, PhysicalType type, string path, Nesting nesting)
    {
        ParquetColumn column = new()
        {
            Name = element.Name,
            Path = path,
            Index = _leaves.Count,
            PhysicalType = type,
            TypeLength = type == PhysicalType.FixedLenByteArray ? element.TypeLength : 0,
            LogicalType = element.LogicalType,
            HasUnknownMeaning = element.HasUnknownMeaning,
            MaxDefinition = nesting.Definition,
            MaxRepetition = nesting.Repetition,
        };
        return ColumnRules.Violation(column) is { } violation ? throw broken(violation) : column;
    }

    /// <summary>The levels that a node's ancestors and itself add up to; bounded by <see cref="MaximumDepth"/>.</summary>
    private readonly record struct Nesting(int Definition, int Repetition);
}
