using System.Collections.Immutable;
using NearData.Client.Linq.Ir;
using NearData.Isa.Programs;

namespace NearData.Client.Linq.Emission;

/// <summary>The key's parts and the members of groups of a shape. All are 64 bits wide, so that nothing lies between them.</summary>
internal sealed class GroupColumns
{
    public GroupColumns(GroupShape shape)
    {
        var parts = ImmutableArray.CreateBuilder<GroupKeyField>();
        foreach (KeyPart part in shape.Key)
        {
            Values.Add(parts.Count);
            parts.Add(Part($"key_{Values.Count}", parts.Count, part.Value));
            bool isNullable = part.Present is not Constant { Value: true };
            Validities.Add(isNullable ? parts.Count : null);
            if (isNullable)
            {
                parts.Add(Part($"key_{Values.Count}_valid", parts.Count, new Number(1)));
            }
        }

        Layout = new GroupLayout(parts.ToImmutable(), [.. shape.Totals.Select((total, index) => new ResultField(
            $"total_{index + 1}", index * sizeof(long), total.Value is { IsSigned: true } ? FieldType.Int64 : FieldType.UInt64, total.Merge))]);
    }

    public GroupLayout Layout { get; }

    /// <summary>For each part of the shape's key the index of its column.</summary>
    public List<int> Values { get; } = [];

    /// <summary>For each part the index of the column that says whether it is there; null where it always is.</summary>
    public List<int?> Validities { get; } = [];

    /// <summary>The index of a total's column.</summary>
    public int Total(int index) => Layout.Key.Length + index;

    private static GroupKeyField Part(string name, int index, Scalar value) =>
        new(name, index * sizeof(long), sizeof(long), value.IsSigned ? FieldType.Int64 : FieldType.UInt64);
}
