using System.CommandLine;

namespace NearData.KernelCompare;

/// <summary>The comparison's command line.</summary>
internal static class EntryPoint
{
    private static Task<int> Main(string[] arguments)
    {
        Option<string[]> cases = new("--cases")
        {
            Description = "Which programs",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [.. KernelCase.All.Select(test => test.Name)],
        };
        Option<int> repeat = new("--repeat") { Description = "Batches of each, in turn; the least time counts", DefaultValueFactory = _ => 2000 };
        Command programs = new("programs", "Memory of a loaded program, and whether unloading frees it");
        programs.SetAction(_ => Print(ProgramFootprint.Measure()));
        Option<int> rounds = new("--rounds") { Description = "Times that each program is loaded", DefaultValueFactory = _ => 20 };
        Command objects = new("objects", "Times of verification and compilation over all test objects, and of the kernel's load") { rounds };
        objects.SetAction(parsed => Print(ObjectTimes.Measure(parsed.GetValue(rounds))));
        RootCommand root = new("Compiled code against the kernel's own eBPF machine code: the same programs, inputs and maps, in one run")
        {
            cases, repeat, programs, objects,
        };
        root.SetAction(parsed => Print(KernelCase.All
            .Where(test => parsed.GetRequiredValue(cases).Contains(test.Name, StringComparer.Ordinal))
            .Select(test => KernelComparison.Run(test, parsed.GetValue(repeat)).ToString())));
        return root.Parse(arguments).InvokeAsync();
    }

    private static void Print(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            Console.WriteLine(line);
        }
    }
}
