using System.Globalization;
using System.Text;

namespace NearData.Compare;

/// <summary>
/// NearData's engine in a process of its own, as DuckDB is in one: what it takes of memory is its own, and no earlier case's. Programs come as
/// lines of base64; each further line is a run, whose answer is a line of milliseconds, bytes that the buffer cache keeps and the number of rows,
/// and a line for each row, all with tabs between. It ends with its input.
/// </summary>
internal static class EngineProcess
{
    /// <summary>The first argument of such a process; then the query's name, the folder, the number of threads and where the files are.</summary>
    public const string Name = "engine";

    public static async Task<int> ServeAsync(string[] arguments)
    {
        if (arguments is not [var name, var folder, var threads, var cache])
        {
            throw new ArgumentException("An engine is told its query, folder, threads and cache.", nameof(arguments));
        }

        Query query = Query.All.Single(query => string.Equals(query.Name, name, StringComparison.Ordinal));
        byte[][] objects = [.. query.Stages.Select(_ => Convert.FromBase64String(Console.ReadLine()!))];
        using NearDataContestant contestant = new(
            query, objects, folder, int.Parse(threads, CultureInfo.InvariantCulture), Enum.Parse<CacheState>(cache));
        using StreamWriter output = new(Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        while (await Console.In.ReadLineAsync() is not null)
        {
            Run run = await contestant.RunAsync();
            await output.WriteLineAsync(string.Join('\t', [run.Milliseconds.ToString(CultureInfo.InvariantCulture), $"{contestant.CacheBytes}", $"{run.Rows.Length}"]));
            foreach (string[] row in run.Rows)
            {
                await output.WriteLineAsync(string.Join('\t', row));
            }

            await output.FlushAsync();
        }

        return 0;
    }
}
