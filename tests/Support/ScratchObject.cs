using System.Globalization;
using System.Text.RegularExpressions;

namespace NearData.TestSupport;

/// <summary>An object as a file, for the tools that read it independently of us.</summary>
public sealed partial class ScratchObject : IDisposable
{
    private const RegexOptions Options = RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("neardata-object-");

    public ScratchObject(byte[] bytes)
    {
        Path = System.IO.Path.Combine(_folder.FullName, "program.o");
        File.WriteAllBytes(Path, bytes);
    }

    public string Path { get; }

    /// <summary>What <c>bpftool btf dump file</c> prints.</summary>
    public string Types(string format = "raw") => Clang.Run(Ground.Command("bpftool")!, "btf", "dump", "file", Path, "format", format);

    /// <summary>What <c>llvm-objdump -d -r</c> prints.</summary>
    public string Disassembly() => Clang.Run("llvm-objdump-19", "-d", "-r", Path);

    /// <summary>What <c>llvm-readelf</c> says of a section's relocations: place, symbol's value, symbol.</summary>
    public IEnumerable<(int Offset, int Value, string Symbol)> Relocations(string section)
    {
        string text = Clang.Run("llvm-readelf-19", "-r", Path);
        int start = text.IndexOf($"'.rel{section}'", StringComparison.Ordinal);
        if (start < 0)
        {
            return [];
        }

        int end = text.IndexOf("\n\n", start, StringComparison.Ordinal);
        return RelocationLine().Matches(text[start..(end < 0 ? text.Length : end)])
            .Select(match => (Hex(match.Groups["place"]), Hex(match.Groups["value"]), match.Groups["symbol"].Value));
    }

    /// <summary>What <c>llvm-readelf</c> says of the section headers: name, type, size.</summary>
    public IEnumerable<(string Name, string Type, int Size)> Sections() =>
        SectionLine().Matches(Clang.Run("llvm-readelf-19", "-S", "-W", Path))
            .Select(match => (match.Groups["name"].Value, match.Groups["type"].Value, Hex(match.Groups["size"])));

    /// <summary>What <c>llvm-readelf</c> says of the symbols: value, name.</summary>
    public IEnumerable<(int Value, string Name)> Symbols() =>
        SymbolLine().Matches(Clang.Run("llvm-readelf-19", "-s", "-W", Path)).Select(match => (Hex(match.Groups["value"]), match.Groups["symbol"].Value));

    public void Dispose() => _folder.Delete(recursive: true);

    private static int Hex(Group digits) => int.Parse(digits.Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<place>[0-9a-f]{16})\s+[0-9a-f]{16}\s+R_BPF_64_64\s+(?<value>[0-9a-f]{16})\s+(?<symbol>\S+)$", Options)]
    private static partial Regex RelocationLine();

    [GeneratedRegex(@"^\s+\[\s*\d+\] (?<name>\S+)\s+(?<type>[A-Z_]+)\s+[0-9a-f]{16} [0-9a-f]{6} (?<size>[0-9a-f]{6}) ", Options)]
    private static partial Regex SectionLine();

    [GeneratedRegex(@"^\s+\d+: (?<value>[0-9a-f]{16})\s+\d+ [A-Z]+\s+[A-Z]+\s+[A-Z]+\s+\S+ (?<symbol>\S+)$", Options)]
    private static partial Regex SymbolLine();
}
