using NearData.TestSupport;

namespace NearData.Queries.Tests.Programs;

public sealed class ProgramSourceTests
{
    private static readonly string Folder = Path.Combine(Ground.Repository, "queries/programs");

    public static TheoryData<string> Programs => [.. Directory.GetFiles(Folder, "*.c").Select(file => Path.GetFileName(file))];

    [TheoryNeeding(Needs.Clang19)]
    [MemberData(nameof(Programs))]
    public void Every_program_compiles_without_a_warning(string program) =>
        Assert.NotEmpty(Clang.Compile(File.ReadAllText(Path.Combine(Folder, program))));

    [TheoryNeeding(Needs.Clang14)]
    [MemberData(nameof(Programs))]
    public void Every_program_compiles_without_a_warning_with_the_oldest_compiler(string program) =>
        Assert.NotEmpty(Clang.Compile(File.ReadAllText(Path.Combine(Folder, program)), "clang-14"));
}
