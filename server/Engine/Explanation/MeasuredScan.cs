using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using NearData.Engine.Formats;
using NearData.Engine.Pruning;
using NearData.Parquet;
using NearData.Verifier;
using NearData.Vm;

namespace NearData.Engine.Explanation;

/// <summary>A scan whose decoding is timed. It is never disposed: the scan behind it is.</summary>
internal sealed class MeasuredScan(PartScan scan, StepTimes times) : PartScan(scan.Load)
{
    /// <summary>The scan that does the work.</summary>
    public PartScan Inner => scan;

    public override FilterOutcome Filter => scan.Filter;

    public override bool IsReady => scan.IsReady;

    public override bool IsEnded => scan.IsEnded;

    public override int Advance(int most)
    {
        long start = Stopwatch.GetTimestamp();
        int rows = scan.Advance(most);
        times.Decode += Stopwatch.GetTimestamp() - start;
        return rows;
    }

    public override void Decode(ReadOnlySpan<int> fields, RecordBatch batch)
    {
        long start = Stopwatch.GetTimestamp();
        scan.Decode(fields, batch);
        times.Decode += Stopwatch.GetTimestamp() - start;
    }

    public override bool Decode(int field, RecordBatch batch, ReadOnlySpan<int> rows, ChoiceGrain grain)
    {
        long start = Stopwatch.GetTimestamp();
        bool isDecoded = scan.Decode(field, batch, rows, grain);
        times.Decode += Stopwatch.GetTimestamp() - start;
        return isDecoded;
    }

    public override bool TryReadCodes(int field, RecordBatch batch, FilterGuards guards, [NotNullWhen(true)] out RowCodes? codes, [NotNullWhen(true)] out CodeTable? table)
    {
        long start = Stopwatch.GetTimestamp();
        bool isRead = scan.TryReadCodes(field, batch, guards, out codes, out table);
        times.Decode += Stopwatch.GetTimestamp() - start;
        return isRead;
    }

    public override bool TryCode(int field, RecordBatch batch)
    {
        long start = Stopwatch.GetTimestamp();
        bool isCoded = scan.TryCode(field, batch);
        times.Decode += Stopwatch.GetTimestamp() - start;
        return isCoded;
    }
}
