using System.CommandLine;
using NearData.Isa.Objects;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Programs;

namespace NearData.Cli.Commands;

/// <summary><c>neardata disasm FILE</c>: an object's programs as text, with their source lines.</summary>
internal static class DisasmCommand
{
    public static Command Create()
    {
        Argument<string> file = new("file") { Description = "An eBPF object, or a C source where clang is installed" };
        Option<string?> section = new("--section") { Description = "Only this section, such as filter" };
        Option<bool> noSource = new("--no-source") { Description = "Leave out the source lines" };
        Option<string?> btf = new("--btf") { Description = "Types that CO-RE relocations are resolved against, such as /sys/kernel/btf/vmlinux" };
        Option<bool> native = new("--native") { Description = "The machine code that verified programs are compiled to here" };
        Option<bool> ir = new("--ir") { Description = "The intermediate form that vector code is made of: row programs without branches (docs/ir.md)" };
        return new Command("disasm", "Print programs in the kernel's syntax, with their tags and source lines") { file, section, noSource, btf, native, ir }
            .Runs(async (parsed, output, cancellation) =>
            {
                BtfTypes? target = parsed.GetValue(btf) is { } path ? await ReadTypesAsync(path, cancellation) : null;
                BpfObject source = BpfObject.Read(await ProgramSource.ReadAsync(parsed.GetRequiredValue(file), cancellation), target);

                // What a program of unknown kind is called with makes no difference to its text.
                Program[] all = [.. source.Programs, .. source.Untyped.Select(program => program.AsMemory(0))];
                Program[] programs = [.. all.Where(program => parsed.GetValue(section) is not { } only || program.Section == only)];
                if (programs.Length == 0)
                {
                    throw new CliException(
                        $"There is no section '{parsed.GetValue(section)}'; the object has {string.Join(", ", all.Select(program => program.Section).Distinct(StringComparer.Ordinal))}.");
                }

                if (parsed.GetValue(native))
                {
                    output.Show(NativeListing.Of(source, programs), NativeListing.Print);
                    return CliCommand.Succeeded;
                }

                if (parsed.GetValue(ir))
                {
                    output.Show(programs.Select(IrListing.Of).ToArray(), IrListing.Print);
                    return CliCommand.Succeeded;
                }

                SourceText text = parsed.GetValue(noSource) ? SourceText.LeftOut : SourceText.Shown;
                output.Show(programs.Select(program => Listing.Of(program, source.Sha256, text)).ToArray(), Listing.Print);
                return CliCommand.Succeeded;
            });
    }

    private static async Task<BtfTypes> ReadTypesAsync(string path, CancellationToken cancellation) => File.Exists(path)
        ? BtfTypes.Read(await File.ReadAllBytesAsync(path, cancellation))
        : throw new CliException($"There is no file '{path}'.");
}
