using NearData.Queries.Tpch;
using Spectre.Console;

namespace NearData.Cli;

/// <summary>Writes TPC-H tables with a progress bar for each.</summary>
internal static class Generation
{
    public static Task RunAsync(TpchOptions options, Output output, CancellationToken cancellation) =>
        output.Format == OutputFormat.Json || Console.IsErrorRedirected
            ? TpchDataset.WriteAsync(options, progress: null, cancellation)
            : output.Side.Progress().StartAsync(context => TpchDataset.WriteAsync(options, new Bars(context, options.Tables), cancellation));

    private sealed class Bars(ProgressContext context, IEnumerable<TpchTable> tables) : IProgress<TpchProgress>
    {
        private readonly Dictionary<TpchTable, ProgressTask> _bars =
            tables.Distinct().ToDictionary(table => table, table => context.AddTask(table.DatasetName));

        public void Report(TpchProgress value)
        {
            ProgressTask bar = _bars[value.Table];
            bar.MaxValue = value.RowsTotal;
            bar.Value = value.RowsWritten;
        }
    }
}
