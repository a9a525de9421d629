using NearData.Engine.Binding;
using NearData.Engine.Formats;
using NearData.Isa.Programs;
using NearData.Vm;

namespace NearData.Engine.Execution;

/// <summary>
/// Finds the fields of 64-bit integers whose values are codes of dictionaries and, by what files say of them, fit in 32 bits. That is a guess to compile by
/// and no more: each entry, and each value that isn't one, is looked at when it is decoded, and where one is out of its range, the batch comes in 64 bits.
/// Columns without dictionaries come in 64 bits: to copy them takes as long as their memory takes to be read, and cutting them down would come on top.
/// </summary>
internal static class NarrowFields
{
    /// <summary>Those of which all parts say so, in the least range that holds what they say.</summary>
    public static NarrowColumns Of(RowLayout row, IEnumerable<FieldBinding> bindings, IReadOnlyCollection<FilePart> parts)
    {
        List<KeyValuePair<int, NumberRange>> ranges = [];
        foreach (FieldBinding binding in bindings.Where(binding => binding.RowField.Type is FieldType.Int64 or FieldType.UInt64))
        {
            if (RangeOf(binding, parts) is { } range)
            {
                ranges.Add(new(binding.Field, range));
            }
        }

        return NarrowColumns.Of(row, ranges);
    }

    private static NumberRange? RangeOf(FieldBinding binding, IReadOnlyCollection<FilePart> parts)
    {
        // Nulls are zero, and so is what nothing is said of.
        NumberRange all = new(0, 0);
        foreach (FilePart part in parts)
        {
            if (!part.HasDictionary(binding) || part.RangeOf(binding) is not { } range || range.Minimum < int.MinValue || range.Maximum > int.MaxValue)
            {
                return null;
            }

            all = all.Join(new((long)range.Minimum, (long)range.Maximum));
        }

        return all;
    }
}
