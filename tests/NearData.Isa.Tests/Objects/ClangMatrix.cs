using NearData.TestSupport;

namespace NearData.Isa.Tests.Objects;

/// <summary>Each compiler that is promised to work, with each instruction-set version that it knows.</summary>
public sealed class ClangMatrix : TheoryData<string, string>
{
    public ClangMatrix()
    {
        foreach (string compiler in new[] { "clang-14", "clang-16", "clang-19" }.Where(compiler => Ground.Command(compiler) is not null))
        {
            foreach (string cpu in compiler == "clang-19" ? new[] { "v1", "v2", "v3", "v4" } : ["v1", "v2", "v3"])
            {
                Add(compiler, cpu);
            }
        }
    }
}
