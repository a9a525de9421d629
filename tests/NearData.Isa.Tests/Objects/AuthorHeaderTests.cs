using NearData.Isa.Objects;
using NearData.TestSupport;

namespace NearData.Isa.Tests.Objects;

/// <summary><c>neardata.h</c> as authors include it: every compiler, every standard, with and without the kernel's own headers.</summary>
public sealed class AuthorHeaderTests
{
    private static readonly string[] KernelHeaders = ["linux/types.h", "linux/bpf.h", "bpf/bpf_helpers.h"];

    [TheoryNeeding(Needs.Clang19 | Needs.Clang14)]
    [InlineData("clang-14", "c99")]
    [InlineData("clang-14", "c11")]
    [InlineData("clang-14", "c17")]
    [InlineData("clang-19", "c99")]
    [InlineData("clang-19", "c11")]
    [InlineData("clang-19", "c17")]
    [InlineData("clang-19", "c23")]
    public void It_compiles_alone_without_a_warning(string compiler, string standard) =>
        Assert.Equal(2, Compile(Sources.Everything, compiler, standard).Programs.Length);

    [TheoryNeeding(Needs.Clang19 | Needs.Clang14)]
    [InlineData("clang-14", "gnu99")]
    [InlineData("clang-19", "gnu99")]
    [InlineData("clang-19", "gnu17")]
    public void It_compiles_after_and_before_the_kernel_s_headers(string compiler, string standard)
    {
        string kernel = string.Concat(KernelHeaders.Select(header => $"#include <{header}>\n"));

        BpfObject alone = Compile(Sources.Everything, compiler, standard);
        foreach (string source in new[] { kernel + Sources.Everything, Sources.Everything.Replace("#include <neardata.h>\n", "#include <neardata.h>\n" + kernel, StringComparison.Ordinal) })
        {
            BpfObject together = Compile(source, compiler, standard);
            Assert.Equal(alone.Filter!.Row.Fields.AsEnumerable(), together.Filter!.Row.Fields);
            Assert.Equal(alone.Filter.Code.AsEnumerable(), together.Filter.Code);
            Assert.Equal(alone.Reduce!.Code.AsEnumerable(), together.Reduce!.Code);
        }
    }

    private static BpfObject Compile(string source, string compiler, string standard)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("neardata-header-");
        try
        {
            string input = Path.Combine(folder.FullName, "program.c");
            string output = Path.Combine(folder.FullName, "program.o");
            File.WriteAllText(input, source);
            Clang.Run(compiler, "-O2", "-g", "-target", "bpf", $"-std={standard}", "-Wall", "-Wextra", "-Werror",
                "-I", Path.Combine(Ground.Repository, "vm/include"), "-isystem", "/usr/include/x86_64-linux-gnu", "-c", input, "-o", output);
            return BpfObject.Read(File.ReadAllBytes(output));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
