using System.Globalization;
using NearData.Contracts.V1;
using Spectre.Console;
using Int128 = System.Int128;

namespace NearData.Cli;

/// <summary>An explanation of an execution.</summary>
/// <param name="Stages">In order.</param>
/// <param name="PulledBytes">What a client would have to read to compute the same on its own side.</param>
/// <param name="AnswerBytes">What leaves the node; null where it wasn't run.</param>
/// <param name="Offload">Whether it is worth being run there.</param>
internal sealed record ExplainReport(ExplainReport.Stage[] Stages, ulong PulledBytes, ulong? AnswerBytes, OffloadReport Offload)
{
    public static ExplainReport Of(ExplainResponse response) =>
        new([.. response.Stages.Select(Of)], response.PulledBytes, response.HasAnswerBytes ? response.AnswerBytes : null, OffloadReport.Of(response.Offload, response.PulledBytes));

    public void Print(IAnsiConsole console, bool listsParts)
    {
        for (int number = 0; number < Stages.Length; number++)
        {
            if (Stages.Length > 1)
            {
                console.WriteLine($"stage {number + 1} of {Stages.Length}");
            }

            Print(console, Stages[number], listsParts);
        }

        console.WriteLine(Offload.Reason);
    }

    private static void Print(IAnsiConsole console, Stage stage, bool listsParts)
    {
        console.WriteLine($"{stage.Dataset}, program {stage.ProgramId[..12]}");
        foreach (ProgramRow program in stage.Programs)
        {
            string guards = program.Guarded ? ", with guards" : "";
            console.WriteLine($"  {program.Section} {program.Name}: {program.Engine}{guards}; at most {ByteText.Count(program.WorstCaseInstructions)} instructions a record{(program.Obstacle.Length > 0 ? $". {program.Obstacle}" : "")}");
        }

        PartRow parts = stage.Parts;
        console.WriteLine(
            $"  {Parts(parts.All)}: {parts.Pruned} pruned (no row is kept), {parts.Unread} answered by what is known of them, {parts.Read} read with {ByteText.Count(parts.ReadRows)} rows, {parts.PagesPruned} pages of theirs pruned");
        Table columns = Output.Table("column", "type", "used by", "to be read", "filter decided by dictionary");
        foreach (ColumnRow column in stage.Columns)
        {
            columns.AddRow(
                Markup.Escape(column.Name), column.Type, column.Use, column.Bytes is { } bytes ? ByteText.Size(bytes) : "", column.GuardedParts == 0 ? "" : $"in {Parts(column.GuardedParts)}");
        }

        if (stage.Columns.Length > 0)
        {
            console.Write(columns);
        }

        console.WriteLine($"  estimated: {ByteText.Size(stage.EstimatedBytes)}, at most {ByteText.Count(stage.EstimatedValues)} values, {stage.EstimatedMilliseconds:F1} ms of one core");
        if (stage.Measured is { } measured)
        {
            console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  measured: {measured.ElapsedMilliseconds:F1} ms on {measured.Workers} {(measured.Workers == 1 ? "worker" : "workers; theirs together")}: decode {measured.DecodeMilliseconds:F1} ms, filter {measured.FilterMilliseconds:F1} ms, reduce {measured.ReduceMilliseconds:F1} ms, waiting and merging {measured.WaitingMilliseconds:F1} ms; ")
                + $"{ByteText.Size(measured.DeviceBytesRead)} from the device, {ByteText.Count(measured.RowsScanned)} rows scanned, {ByteText.Count(measured.RowsKept)} kept, {ByteText.Count(measured.PagesOpened)} pages opened");
        }

        if (listsParts)
        {
            PrintParts(console, stage);
        }
    }

    private static string Parts(uint count) => count == 1 ? "1 part" : $"{count} parts";

    private static void PrintParts(IAnsiConsole console, Stage stage)
    {
        Table table = Output.Table("file", "part", "rows", "filter", "read", "known");
        foreach (ListedRow part in stage.Listed)
        {
            table.AddRow(
                Markup.Escape(part.File), $"{part.Number}", part.Rows is { } rows ? ByteText.Count(rows) : "", part.Filter, part.Read ? "yes" : "no", Markup.Escape(string.Join("; ", part.Known)));
        }

        console.Write(table);
    }

    private static Stage Of(StageExplanation stage)
    {
        Dictionary<string, ColumnType> types = stage.Columns.ToDictionary(column => column.Name, column => column.Type, StringComparer.Ordinal);
        return new Stage(
            stage.ProgramId,
            stage.Dataset,
            [.. stage.Programs.Select(program => new ProgramRow(
                program.Name, program.Section, program.VectorBits == 0 ? "a record at a time" : $"{program.Lanes} records in vectors of {program.VectorBits} bits", program.Obstacle, program.WorstCaseInstructions, program.Guarded))],
            [.. stage.Columns.Select(column => new ColumnRow(
                column.Name,
                ColumnText.Type(column.Type),
                column is { Filtered: true, Reduced: true } ? "filter, reduce" : column.Filtered ? "filter" : "reduce",
                column.HasBytes ? column.Bytes : null,
                column.GuardedParts))],
            new PartRow(stage.Parts.All, stage.Parts.Pruned, stage.Parts.Unread, stage.Parts.Read, stage.Parts.ReadRows, stage.Parts.PagesPruned),
            [.. stage.Listed.Select(part => new ListedRow(
                part.File,
                part.Number,
                part.HasRows ? part.Rows : null,
                part.Filter switch
                {
                    PartExplanation.Types.Outcome.DropsAll => "drops all",
                    PartExplanation.Types.Outcome.KeepsAll => "keeps all",
                    _ => "unknown",
                },
                part.Read,
                [.. part.Known.Select(known => Text(known, types.GetValueOrDefault(known.Column)))]))],
            stage.Estimate.Bytes,
            stage.Estimate.Values,
            stage.Estimate.Nanoseconds / 1e6,
            stage.Measure is { } measure ? Of(measure) : null);
    }

    private static MeasureRow Of(StageMeasure measure) => new(
        measure.ElapsedNanoseconds / 1e6,
        measure.Workers,
        measure.DecodeNanoseconds / 1e6,
        measure.FilterNanoseconds / 1e6,
        measure.ReduceNanoseconds / 1e6,
        measure.WaitingNanoseconds / 1e6,
        measure.DeviceBytesRead,
        measure.RowsScanned,
        measure.RowsKept,
        measure.PagesOpened);

    private static string Text(KnownRange known, ColumnType? type)
    {
        if (known.Nulls == KnownRange.Types.Nulls.All)
        {
            return $"{known.Column} is null";
        }

        string minimum = Value(known.Minimum, type);
        string maximum = Value(known.Maximum, type);
        string nulls = known.Nulls == KnownRange.Types.Nulls.Some ? " or null" : "";
        string others = known.MayBeNan ? " or NaN" : "";
        return $"{known.Column} in {minimum} .. {maximum}{others}{nulls}";
    }

    private static string Value(string bound, ColumnType? type) => type switch
    {
        { Kind: ColumnType.Types.Kind.String or ColumnType.Types.Kind.Binary or ColumnType.Types.Kind.FixedBinary } => $"'{bound}'",
        not null when Int128.TryParse(bound, CultureInfo.InvariantCulture, out Int128 value) => ColumnText.Value(type, value),
        _ => bound,
    };

    internal sealed record Stage(
        string ProgramId,
        string Dataset,
        ProgramRow[] Programs,
        ColumnRow[] Columns,
        PartRow Parts,
        ListedRow[] Listed,
        ulong EstimatedBytes,
        ulong EstimatedValues,
        double EstimatedMilliseconds,
        MeasureRow? Measured);

    internal sealed record ProgramRow(string Name, string Section, string Engine, string Obstacle, ulong WorstCaseInstructions, bool Guarded);

    internal sealed record ColumnRow(string Name, string Type, string Use, ulong? Bytes, uint GuardedParts);

    internal sealed record PartRow(uint All, uint Pruned, uint Unread, uint Read, ulong ReadRows, ulong PagesPruned);

    internal sealed record ListedRow(string File, uint Number, ulong? Rows, string Filter, bool Read, string[] Known);

    internal sealed record MeasureRow(
        double ElapsedMilliseconds,
        uint Workers,
        double DecodeMilliseconds,
        double FilterMilliseconds,
        double ReduceMilliseconds,
        double WaitingMilliseconds,
        ulong DeviceBytesRead,
        ulong RowsScanned,
        ulong RowsKept,
        ulong PagesOpened);
}
