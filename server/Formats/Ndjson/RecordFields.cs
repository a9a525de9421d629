namespace NearData.Formats.Ndjson;

/// <summary>Where the fields of a batch's records are, of the columns that are read. One thread.</summary>
/// <param name="columns">How many.</param>
internal sealed class RecordFields(int columns)
{
    private const int FirstRecords = 64;

    private readonly FieldPlace[][] _places = [.. Enumerable.Range(0, columns).Select(_ => new FieldPlace[FirstRecords])];
    private int _record;

    /// <summary>A column's places, by record.</summary>
    /// <param name="slot">Which of those that are read.</param>
    public ReadOnlySpan<FieldPlace> Of(int slot) => _places[slot];

    /// <summary>Begins a record, all of whose fields are null until they are set.</summary>
    /// <param name="record">Its number in the batch.</param>
    /// <param name="start">Where it starts.</param>
    public void Begin(int record, int start)
    {
        _record = record;
        for (int slot = 0; slot < _places.Length; slot++)
        {
            if (record == _places[slot].Length)
            {
                Array.Resize(ref _places[slot], 2 * record);
            }

            _places[slot][record] = new FieldPlace(start, 0, FieldForm.Null);
        }
    }

    public void Set(int slot, FieldPlace place) => _places[slot][_record] = place;

    /// <summary>A value comes again: what an object of the same name had counts no more.</summary>
    public void Forget(PathNode node, int start)
    {
        foreach (PathNode child in node.Children)
        {
            Forget(child, start);
            if (child.Slot >= 0)
            {
                Set(child.Slot, new FieldPlace(start, 0, FieldForm.Null));
            }
        }
    }
}
