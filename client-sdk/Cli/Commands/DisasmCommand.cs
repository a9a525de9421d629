using System.CommandLine;
using NearData.Isa.Objects;
using NearData.Isa.Programs;
using NearData.Isa.Text;
using Spectre.Console;

namespace NearData.Cli.Commands;

/// <summary><c>neardata disasm FILE</c>: an object's programs as text, with their source lines.</summary>
internal static class DisasmCommand
{
    public static Command Create()
    {
        Argument<string> file = new("file") { Description = "An eBPF object, or a C source where clang is installed" };
        Option<string?> section = new("--section") { Description = "Only this section, such as filter" };
        return new Command("disasm", "Print programs in the kernel's syntax, with their source lines") { file, section }
            .Runs(async (parsed, output, cancellation) =>
            {
                BpfObject source = BpfObject.Read(await ProgramSource.ReadAsync(parsed.GetRequiredValue(file), cancellation));
                Program[] programs = [.. source.Programs.Where(program => parsed.GetValue(section) is not { } only || program.Section == only)];
                if (programs.Length == 0)
                {
                    throw new CliException(
                        $"There is no section '{parsed.GetValue(section)}'; the object has {string.Join(", ", source.Programs.Select(program => program.Section))}.");
                }

                output.Show(programs.Select(Listing.Of).ToArray(), Listing.Print);
                return CliCommand.Succeeded;
            });
    }
}
