using System.Collections.Immutable;
using NearData.Isa.Programs;

namespace NearData.Verifier.Surroundings;

/// <summary>Finds what a row's bytes mean. Immutable.</summary>
internal sealed class RowPlaces
{
    private readonly ImmutableArray<(int Start, int End, int Base, AccessTarget Target, int Field)> _places;

    public RowPlaces(RowLayout row)
    {
        List<(int Start, int End, int Base, AccessTarget Target, int Field)> places = [];
        for (int index = 0; index < row.Fields.Length; index++)
        {
            RowField field = row.Fields[index];
            int size = field.Type == FieldType.Text ? TextLayout.MemberSize : field.Type.Size();
            for (int start = field.Offset; start < field.Offset + field.Type.Size(); start += size)
            {
                places.Add((start, start + size, field.Offset, AccessTarget.FieldValue, index));
            }

            if (field.ValidityOffset is { } validity)
            {
                places.Add((validity, validity + 1, validity, AccessTarget.FieldValidity, index));
            }
        }

        _places = [.. places.OrderBy(place => place.Start)];
    }

    /// <summary>The one value or validity byte that holds all the bytes; null where there is none.</summary>
    public MemoryAccess? Find(long offset, int size)
    {
        int low = 0;
        int high = _places.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _places[middle].End <= offset ? (middle + 1, high) : (low, middle);
        }

        if (low == _places.Length)
        {
            return null;
        }

        (int start, int end, int first, AccessTarget target, int field) = _places[low];
        return start <= offset && offset + size <= end ? new MemoryAccess(target, field, (int)offset - first) : null;
    }
}
