using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using NearData.Engine.Pruning;
using NearData.Parquet;
using NearData.Verifier;
using NearData.Vm;

namespace NearData.Engine.Formats.Parquet;

/// <summary>One row group in memory, and then others: decoders, dictionaries and tables are made once for a share.</summary>
internal sealed class RowGroupScan(RowGroupLoad load, BoundColumn[] columns) : PartScan(load)
{
    private RowGroupLoad _load = load;
    private long _left;
    private long _row;
    private int _span = -1;

    public override bool IsEnded => _left == 0 && _span == Spans.Length - 1;

    public override FilterOutcome Filter => base.Filter == FilterOutcome.Unknown ? Spans[Math.Max(_span, 0)].Filter : base.Filter;

    public override bool CanServeAgain => true;

    public override long PagesOpened
    {
        get
        {
            long pages = 0;
            foreach (BoundColumn column in columns)
            {
                pages += column.PagesOpened;
            }

            return pages;
        }
    }

    /// <summary>Goes on with another row group, in memory too, of the same execution.</summary>
    public void Restart(RowGroupLoad next)
    {
        (Load, _load) = (next, next);
        (_left, _row, _span) = (0, 0, -1);
        for (int i = 0; i < columns.Length; i++)
        {
            next.Restart(i, columns[i]);
        }
    }

    public override int Advance(int most)
    {
        if (_left == 0)
        {
            EnterSpan();
        }

        int rows = (int)Math.Min(_left, most);
        _left -= rows;
        _row += rows;
        foreach (BoundColumn column in columns)
        {
            column.Begin(rows);
        }

        return rows;
    }

    public override void Decode(ReadOnlySpan<int> fields, RecordBatch batch)
    {
        foreach (int field in fields)
        {
            ColumnOf(field).Decode(batch);
        }
    }

    public override bool Decode(int field, RecordBatch batch, ReadOnlySpan<int> rows, ChoiceGrain grain) => ColumnOf(field).Decode(batch, rows, grain);

    public override bool TryReadCodes(int field, RecordBatch batch, FilterGuards guards, [NotNullWhen(true)] out RowCodes? codes, [NotNullWhen(true)] out CodeTable? table) =>
        ColumnOf(field).TryReadCodes(batch, guards, out codes, out table);

    public override bool TryCode(int field, RecordBatch batch) => ColumnOf(field).TryCode(batch);

    public override void Dispose()
    {
        foreach (BoundColumn column in columns)
        {
            column.Dispose();
        }

        base.Dispose();
    }

    private ImmutableArray<RowSpan> Spans => _load.Part.Spans;

    private void EnterSpan()
    {
        RowSpan span = Spans[++_span];
        if (span.First > _row)
        {
            foreach (BoundColumn column in columns)
            {
                column.Pass(span.First - _row);
            }
        }

        _row = span.First;
        _left = span.Count;
    }

    private BoundColumn ColumnOf(int field)
    {
        foreach (BoundColumn column in columns)
        {
            if (column.Field == field)
            {
                return column;
            }
        }

        throw new ArgumentException($"Field {field} isn't bound.", nameof(field));
    }
}
