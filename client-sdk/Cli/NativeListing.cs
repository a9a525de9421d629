using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Iced.Intel;
using NearData.Isa.Objects;
using NearData.Isa.Programs;
using NearData.Verifier;
using NearData.Vm;
using NearData.Vm.Introspection;
using Spectre.Console;

namespace NearData.Cli;

/// <summary>The machine code that one method was compiled to, as text.</summary>
/// <param name="Program">The program that it was compiled from.</param>
/// <param name="Purpose">Which of the program's methods it is.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Instructions">In order.</param>
internal sealed record NativeListing(string Program, string Purpose, int Bytes, NativeListing.Line[] Instructions)
{
    /// <summary>Verifies and compiles programs as a node would.</summary>
    /// <param name="source">The object.</param>
    /// <param name="programs">Those of its programs that are asked for.</param>
    /// <exception cref="Verifier.Rejections.ProgramRejectedException">One of them can't be proven safe, so there is no code.</exception>
    /// <exception cref="CliException">They have no code that can be shown.</exception>
    public static NativeListing[] Of(BpfObject source, IReadOnlyList<Program> programs) =>
        RuntimeInformation.ProcessArchitecture == Architecture.X64
        ? [.. programs.SelectMany(program => Methods(source, ProgramVerifier.Verify(program)))]
        : throw new CliException($"Machine code of {RuntimeInformation.ProcessArchitecture} can't be shown as text, only of X64.");

    public static void Print(IAnsiConsole console, NativeListing[] listings)
    {
        foreach (NativeListing listing in listings)
        {
            console.MarkupLineInterpolated($"[bold]{listing.Program}[/] {listing.Purpose}, {listing.Bytes} bytes");
            foreach (Line line in listing.Instructions)
            {
                console.WriteLine($"{line.Offset,6:x}: {line.Text}");
            }

            console.WriteLine();
        }
    }

    private static NativeListing[] Methods(BpfObject source, VerifiedProgram verified) => verified.Program.Kind switch
    {
        ProgramKind.Filter => Read(
            () => CompiledQuery.Compile(new QueryProgram(verified, reduce: null, source.Parameters)), verified.Program, "over a batch's records"),
        ProgramKind.Reduce => Read(
            () => CompiledQuery.Compile(new QueryProgram(filter: null, verified, source.Parameters)),
            verified.Program,
            "over all records",
            "over selected records"),
        ProgramKind.Memory => Read(() => CompiledMemoryProgram.Compile(verified), verified.Program, "over memory"),
        ProgramKind.Xdp => Read(() => CompiledPacketProgram.Compile(verified), verified.Program, "over a packet"),
        _ => throw new CliException($"{verified.Program.Kind} programs are not compiled."),
    };

    private static NativeListing[] Read<T>(Func<T> compile, Program program, params string[] purposes)
    {
        (_, ImmutableArray<MachineCode> methods) = MachineCodeCapture.Run(compile);
        return [.. methods.Where(method => method.Method == program.Name)
            .Zip(purposes, (method, purpose) => new NativeListing(program.Name, purpose, method.Bytes.Length, Decode(method)))];
    }

    private static Line[] Decode(MachineCode code)
    {
        Decoder decoder = Decoder.Create(64, code.Bytes, code.Address);
        IntelFormatter formatter = new(new OwnAddresses(code));
        StringOutput text = new();
        List<Line> lines = [];
        while (decoder.IP < code.Address + (ulong)code.Bytes.Length)
        {
            int offset = (int)(decoder.IP - code.Address);
            formatter.Format(decoder.Decode(), text);
            lines.Add(new Line(offset, text.ToStringAndReset()));
        }

        return [.. lines];
    }

    /// <summary>One machine instruction.</summary>
    /// <param name="Offset">Bytes from the method's start.</param>
    /// <param name="Text">In Intel's syntax.</param>
    internal sealed record Line(int Offset, string Text);

    /// <summary>Jumps inside the method are shown with the offset that they lead to.</summary>
    private sealed class OwnAddresses(MachineCode code) : ISymbolResolver
    {
        public bool TryGetSymbol(in Instruction instruction, int operand, int instructionOperand, ulong address, int addressSize, out SymbolResult symbol)
        {
            bool isOwn = address - code.Address < (ulong)code.Bytes.Length;
            symbol = isOwn ? new SymbolResult(address, $"{address - code.Address:x}") : default;
            return isOwn;
        }
    }
}
