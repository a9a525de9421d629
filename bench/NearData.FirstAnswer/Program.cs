using System.CommandLine;
using NearData.FirstAnswer;
using NearData.TestSupport;

Option<string[]> programs = new("--programs") { Description = "Which programs: sum, groups, count", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [.. ProgramSeries.Names] };
Option<string[]> through = new("--through") { Description = "engine: in this process; node: over loopback", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => ["engine", "node"] };
Option<int> count = new("--count") { Description = "Distinct programs that count, of each", DefaultValueFactory = _ => 300 };
RootCommand root = new("From an object to its first answer over 4 row groups of 1,000 rows: programs never seen, and cached ones") { programs, through, count };
root.SetAction(async parsed =>
{
    using ServedFolder folder = new();
    SmallTable.Write(folder);
    foreach (string way in parsed.GetRequiredValue(through))
    {
        await using IContestant contestant = way == "engine" ? new EngineAlone(folder.Path) : await NodeOverLoopback.StartAsync(folder.Path);
        foreach (string name in parsed.GetRequiredValue(programs))
        {
            await AnswerTimes.RunAsync(contestant, name, parsed.GetValue(count));
        }
    }
});
return await root.Parse(args).InvokeAsync();
