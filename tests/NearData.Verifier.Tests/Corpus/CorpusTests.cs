using NearData.Verifier.Rejections;

namespace NearData.Verifier.Tests.Corpus;

public sealed class CorpusTests
{
    public static TheoryData<string> Names => [.. CorpusCase.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_verdict_and_the_facts_are_as_written(string name) => CorpusCheck.Check(name, isExplained: true);

    [Fact]
    public void Every_rejection_code_has_a_case()
    {
        // These need a program that the assembler's text can't state; ProgramVerifierTests has them.
        string[] elsewhere = ["invalid-program", "too-long", "undefined-instruction", "indirect-call"];
        IEnumerable<string> codes = typeof(RejectionCode).GetFields()
            .Where(field => field.FieldType == typeof(RejectionCode))
            .Select(field => ((RejectionCode)field.GetValue(null)!).Text);
        Assert.Empty(codes.Except(elsewhere).Except(CorpusCase.All.Values.Select(entry => entry.Rejected)));
    }
}
