using NearData.Formats.Csv;
using NearData.Formats.Structure;

namespace NearData.Formats.Schemas;

/// <summary>The records at the head of a CSV file, whatever number of fields each has.</summary>
internal sealed class CsvSample
{
    /// <summary>Enough to tell types from.</summary>
    private const int MostRecords = 20480;

    private CsvSample(List<FieldPlace[]> records, int misplaced) => (Records, Misplaced) = (records, misplaced);

    /// <summary>Those that end within the sample, without blank lines.</summary>
    public List<FieldPlace[]> Records { get; }

    /// <summary>Where a quote is in a wrong place; -1 for nowhere. Records end before.</summary>
    public int Misplaced { get; }

    /// <summary>Whether the records all have as many fields, and more than one.</summary>
    public bool IsTable => Misplaced < 0 && Width > 1 && Records.TrueForAll(record => record.Length == Width);

    /// <summary>Fields of the first record.</summary>
    public int Width => Records.Count == 0 ? 0 : Records[0].Length;

    /// <param name="head">From a record's start on.</param>
    /// <param name="end">Whether the file ends with it.</param>
    /// <param name="delimiter">Between fields.</param>
    /// <param name="quote">0 where quotes mean nothing.</param>
    public static CsvSample Split(ReadOnlySpan<byte> head, TextEnd end, byte delimiter, byte quote)
    {
        StructureScanner scanner = new(delimiter, quote);
        EndList ends = new();
        EndList newlines = new();
        ends.Restart(head.Length + 1);
        newlines.Restart(head.Length + 1);
        scanner.Scan(head, int.MaxValue, ends, newlines);
        if (end == TextEnd.Closed && !scanner.IsInside && scanner.Misplaced < 0 && (newlines.Count == 0 ? 0 : newlines.Places[^1] + 1) < head.Length)
        {
            ends.Add(head.Length);
            newlines.Add(head.Length);
        }

        return new CsvSample(Cut(head, ends.Places, newlines.Places, quote), scanner.Misplaced);
    }

    private static List<FieldPlace[]> Cut(ReadOnlySpan<byte> head, ReadOnlySpan<int> ends, ReadOnlySpan<int> newlines, byte quote)
    {
        List<FieldPlace[]> records = [];
        int start = 0;
        int used = 0;
        foreach (int newline in newlines[..Math.Min(newlines.Length, MostRecords)])
        {
            int fields = ends[used..].IndexOf(newline) + 1;
            if (fields > 1 || CsvField.LastEnd(head, start, newline) > start)
            {
                FieldPlace[] record = new FieldPlace[fields];
                for (int field = 0; field < fields; field++)
                {
                    int end = ends[used + field];
                    record[field] = CsvField.At(head, start, field == fields - 1 ? CsvField.LastEnd(head, start, end) : end, quote);
                    start = end + 1;
                }

                records.Add(record);
            }

            used += fields;
            start = newline + 1;
        }

        return records;
    }
}
