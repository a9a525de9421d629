using System.Text.RegularExpressions;
using NearData.Isa.Objects;
using NearData.Isa.Programs;
using NearData.Isa.Tests.Objects;
using NearData.Isa.Text;
using NearData.TestSupport;
using NearData.TestSupport.Kernel;

namespace NearData.Isa.Tests.Text;

public sealed partial class ProgramListingTests
{
    [TheoryNeeding(Needs.Clang19 | Needs.Clang14 | Needs.Clang16)]
    [ClassData(typeof(ClangMatrix))]
    public void A_listing_is_read_back_as_the_same_program(string compiler, string cpu)
    {
        foreach (Program program in BpfObject.Read(Clang.Compile(PacketSources.Everything, compiler, cpu)).Programs)
        {
            string text = string.Join('\n', ProgramListing.Print(program));

            Assert.Equal(program.Code.AsEnumerable(), Assembler.Assemble(text, program.Maps));
        }
    }

    [FactNeeding(Needs.Clang19)]
    public void Functions_calls_helpers_and_source_lines_are_there_by_name()
    {
        Program entry = BpfObject.Read(Clang.Compile(PacketSources.Everything)).Programs.Single(program => program.Name == "entry");

        string text = string.Join('\n', ProgramListing.Print(entry)) + "\n";

        Assert.Equal(["entry", "each", "shared", "global_sum", "weak_one"], Label().Matches(text).Select(match => match.Groups["name"].Value));
        Assert.Contains("r2 = subprog[each]\n", text);
        Assert.Contains("call global_sum\n", text);
        Assert.Contains("r2 = map[stages]\n", text);
        foreach (ProgramFunction function in entry.Functions)
        {
            Assert.Matches($"(?m)^{function.Name}:\n; program.c:[0-9]+: ", text);
        }
    }

    [FactNeeding(Needs.Clang14)]
    public void What_was_made_of_no_line_in_particular_is_no_line_of_the_listing()
    {
        Program program = BpfObject.Read(Clang.Compile(PacketSources.Everything, "clang-14")).Programs.Single(program => program.Name == "second_stage");

        Assert.Contains(program.Lines, line => line.Line == 0);
        Assert.DoesNotContain(ProgramListing.Of(program), instruction => instruction.Source is { Line: 0 });
    }

    [FactNeeding(Needs.Clang19 | Needs.KernelThroughBpftool)]
    public void Source_lines_are_where_the_kernel_shows_them()
    {
        byte[] elf = Clang.Compile(PacketSources.Everything.Replace(".bss.mine", ".data.later", StringComparison.Ordinal));
        using var kernel = new KernelLoad(elf);
        Program entry = BpfObject.Read(elf).Programs.Single(program => program.Name == "entry");

        string[] theirs = [.. kernel.Dump("entry")
            .Split('\n')
            .Where(line => line.StartsWith(';'))
            .Select(line => line[1..].Trim())];
        string[] ours = [.. entry.Lines.Select(line => line.Text.Trim())];

        Assert.NotEmpty(theirs);
        Assert.Equal(theirs, ours);
    }

    [GeneratedRegex("^(?<name>[a-z_]+):$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Label();
}
