using System.Text.RegularExpressions;
using NearData.TestSupport;

namespace NearData.Isa.Tests.Text;

/// <summary>LLVM's assembler and disassembler for eBPF, which ours are held against.</summary>
internal static partial class Llvm
{
    /// <summary>The instructions of an object's section <c>.text</c> as bytes.</summary>
    public static byte[] Code(byte[] elf) => InFolder(folder =>
    {
        File.WriteAllBytes(folder("object.o"), elf);
        Clang.Run("llvm-objcopy-19", "-O", "binary", "-j", ".text", folder("object.o"), folder("code"));
        return File.ReadAllBytes(folder("code"));
    });

    /// <summary>The instructions of an object's section <c>.text</c> as (slot, text), without the names of jumps' targets.</summary>
    public static (int Slot, string Text)[] Disassemble(byte[] elf) => InFolder(folder =>
    {
        File.WriteAllBytes(folder("object.o"), elf);
        string listing = Clang.Run("llvm-objdump-19", "-d", "--no-show-raw-insn", "-j", ".text", folder("object.o"));
        return Lines().Matches(listing)
            .Select(line => (int.Parse(line.Groups["slot"].Value), line.Groups["text"].Value))
            .ToArray();
    });

    /// <summary>The bytes that LLVM makes of a text.</summary>
    public static byte[] Assemble(string text) => InFolder(folder =>
    {
        File.WriteAllText(folder("text.s"), $".text\n{text}\n");
        Clang.Run("llvm-mc-19", "-triple=bpfel", "-mcpu=v4", "-filetype=obj", folder("text.s"), "-o", folder("object.o"));
        return Code(File.ReadAllBytes(folder("object.o")));
    });

    private static T InFolder<T>(Func<Func<string, string>, T> work)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("neardata-llvm-");
        try
        {
            return work(name => Path.Combine(folder.FullName, name));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [GeneratedRegex(
        @"^ *(?<slot>\d+):\t(?<text>.+?)( <[^<>\n]*>)?$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Lines();
}
