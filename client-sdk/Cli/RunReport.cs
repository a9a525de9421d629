using System.Globalization;
using NearData.Client;
using Spectre.Console;

namespace NearData.Cli;

/// <summary>An execution's results and counters. Results are text: they may have 128 bits.</summary>
/// <param name="ProgramId">SHA-256 of the object.</param>
/// <param name="Programs">Which programs ran.</param>
/// <param name="Results">In the object's order.</param>
/// <param name="Groups">Those of each group map, in the object's order.</param>
/// <param name="Counters">What the execution took.</param>
internal sealed record RunReport(string ProgramId, ProgramIdentity[] Programs, RunReport.ResultRow[] Results, GroupReport[] Groups, RunReport.CounterRow Counters)
{
    public static RunReport Of(LoadedProgram program, ExecutionAnswer answer) => new(
        program.Id,
        [.. program.Programs.Select(run => new ProgramIdentity(run.Name, run.Tag, run.LegacyTag))],
        [.. answer.Results.Select(result => new ResultRow(
            result.Name, result.Merge.ToString().ToLowerInvariant(), result.Number?.ToString("R", CultureInfo.InvariantCulture) ?? result.Value.ToString(CultureInfo.InvariantCulture), result.IsIdentity))],
        [.. answer.Groups.Select(GroupReport.Of)],
        new CounterRow(
            answer.Counters.DeviceBytesRead,
            answer.Counters.RowsScanned,
            answer.Counters.RowsKept,
            answer.Counters.BytesReturned,
            answer.Counters.RowGroups,
            answer.Counters.RowGroupsPruned,
            answer.Counters.RowGroupsUnread,
            answer.Counters.PagesPruned,
            answer.Counters.Workers,
            answer.Counters.ElapsedNanoseconds / 1e6,
            [.. answer.Counters.ColumnsRead]));

    public static void Print(IAnsiConsole console, RunReport report)
    {
        Table table = Output.Table("result", "merge", "value");
        foreach (ResultRow result in report.Results)
        {
            table.AddRow(Markup.Escape(result.Name), result.Merge, result.IsIdentity ? $"{result.Value} (no record changed it)" : result.Value);
        }

        if (report.Results.Length > 0 || report.Groups.Length == 0)
        {
            console.Write(table);
        }

        foreach (GroupReport groups in report.Groups)
        {
            GroupReport.Print(console, groups);
        }

        CounterRow counters = report.Counters;
        console.WriteLine(
            $"{ByteText.Count(counters.RowsScanned)} rows scanned, {ByteText.Count(counters.RowsKept)} kept, {counters.RowGroupsPruned} of {counters.RowGroups + counters.RowGroupsPruned + counters.RowGroupsUnread} row groups pruned, {counters.RowGroupsUnread} answered by their statistics, {ByteText.Count(counters.PagesPruned)} pages of others pruned; "
            + $"{ByteText.Size(counters.DeviceBytesRead)} read from the device ({string.Join(", ", counters.ColumnsRead)}), {ByteText.Size(counters.BytesReturned)} returned; "
            + $"{counters.ElapsedMilliseconds:F1} ms at the node on {counters.Workers} workers");
    }

    internal sealed record ResultRow(string Name, string Merge, string Value, bool IsIdentity);

    internal sealed record CounterRow(
        ulong DeviceBytesRead,
        ulong RowsScanned,
        ulong RowsKept,
        ulong BytesReturned,
        uint RowGroups,
        uint RowGroupsPruned,
        uint RowGroupsUnread,
        ulong PagesPruned,
        uint Workers,
        double ElapsedMilliseconds,
        string[] ColumnsRead);
}
