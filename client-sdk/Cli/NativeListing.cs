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
/// <param name="Function">The function of the program; null for the program itself.</param>
/// <param name="Purpose">Which of the program's methods it is, or is called by.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Instructions">In order.</param>
internal sealed record NativeListing(string Program, string? Function, string Purpose, int Bytes, NativeListing.Line[] Instructions)
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
            console.MarkupLineInterpolated($"[bold]{listing.Program}{(listing.Function is { } function ? $".{function}" : "")}[/] {listing.Purpose}, {listing.Bytes} bytes");
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
        ProgramKind.Buffer => Read(
            () => CompiledQuery.Compile(new QueryProgram(filter: null, verified, source.Parameters)), verified.Program, "over a buffer"),
        ProgramKind.Emit => Read(
            () => CompiledQuery.Compile(new QueryProgram(
                source.Reduce is null ? ProgramVerifier.Verify(source.Filter!) : null,
                source.Reduce is { } reduce ? ProgramVerifier.Verify(reduce) : null,
                source.Parameters,
                verified)),
            verified.Program,
            "over a group"),
        ProgramKind.Memory => Read(() => CompiledMemoryProgram.Compile(verified), verified.Program, "over memory"),
        ProgramKind.Xdp => Read(() => CompiledPacketProgram.Compile(verified), verified.Program, "over a packet"),
        _ => throw new CliException($"{verified.Program.Kind} programs are not compiled."),
    };

    private static NativeListing[] Read<T>(Func<T> compile, Program program, params string[] purposes)
    {
        (_, ImmutableArray<MachineCode> captured) = MachineCodeCapture.Run(compile);
        string functions = $"{program.Name}.";
        MachineCode[] methods = [.. captured.Where(code => code.Method == program.Name || code.Method.StartsWith(functions, StringComparison.Ordinal))];
        List<NativeListing> listings = [];
        int purpose = 0;
        foreach (MachineCode method in methods)
        {
            // The functions that a method calls are compiled before it, anew for each purpose.
            bool isProgram = method.Method == program.Name;
            listings.Add(new NativeListing(
                program.Name, isProgram ? null : method.Method[functions.Length..], purposes[purpose], method.Bytes.Length, Decode(method, methods)));
            purpose += isProgram ? 1 : 0;
        }

        return [.. listings];
    }

    private static Line[] Decode(MachineCode code, MachineCode[] all)
    {
        Decoder decoder = Decoder.Create(64, code.Bytes, code.Address);
        IntelFormatter formatter = new(new KnownAddresses(code, all));
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

    /// <summary>Jumps inside the method are shown with the offset that they lead to, calls of the program's functions with their names.</summary>
    private sealed class KnownAddresses(MachineCode code, MachineCode[] all) : ISymbolResolver
    {
        public bool TryGetSymbol(in Instruction instruction, int operand, int instructionOperand, ulong address, int addressSize, out SymbolResult symbol)
        {
            if (address - code.Address < (ulong)code.Bytes.Length)
            {
                symbol = new SymbolResult(address, $"{address - code.Address:x}");
                return true;
            }

            MachineCode? called = Array.Find(all, method => method.Address == address);
            symbol = called is null ? default : new SymbolResult(address, called.Method);
            return called is not null;
        }
    }
}
