using System.Collections.Immutable;
using NearData.Client.Linq.Ir;
using NearData.Isa.Programs;

namespace NearData.Client.Linq.Emission;

/// <summary>The key's parts and the members of groups of a shape. All are 64 bits wide, or text of a multiple of that, so that nothing lies between them.</summary>
internal sealed class GroupColumns
{
    public GroupColumns(GroupShape shape)
    {
        var parts = ImmutableArray.CreateBuilder<GroupKeyField>();
        foreach (KeyPart part in shape.Key)
        {
            Values.Add(parts.Count);
            string name = $"key_{Values.Count}";
            parts.Add(part is TextKey text
                ? new GroupKeyField(name, KeyBytes, text.Bytes, null)
                : new GroupKeyField(name, KeyBytes, sizeof(long), ((NumberKey)part).Value.IsSigned ? FieldType.Int64 : FieldType.UInt64));
            KeyBytes += parts[^1].Size;
            bool isNullable = part.Present is not Constant { Value: true };
            Validities.Add(isNullable ? parts.Count : null);
            if (isNullable)
            {
                parts.Add(new GroupKeyField($"{name}_valid", KeyBytes, sizeof(long), FieldType.Int64));
                KeyBytes += sizeof(long);
            }
        }

        Layout = new GroupLayout(parts.ToImmutable(), [.. shape.Totals.Select((total, index) => new ResultField(
            $"total_{index + 1}", index * sizeof(long), total.Value is { IsSigned: true } ? FieldType.Int64 : FieldType.UInt64, total.Merge))]);
    }

    public GroupLayout Layout { get; }

    /// <summary>Bytes of the key.</summary>
    public int KeyBytes { get; private set; }

    /// <summary>For each part of the shape's key the index of its column.</summary>
    public List<int> Values { get; } = [];

    /// <summary>For each part the index of the column that says whether it is there; null where it always is.</summary>
    public List<int?> Validities { get; } = [];

    /// <summary>The index of a total's column.</summary>
    public int Total(int index) => Layout.Key.Length + index;
}
