using NearData.Isa;

namespace NearData.Vm.Tests.Kernel.Generation;

/// <summary>A piece of a random program, entered at its first instruction only.</summary>
internal abstract record Statement
{
    private Statement()
    {
    }

    /// <summary>Instructions in a row; jumps among them stay inside or lead behind the last.</summary>
    public sealed record Code(params Instruction[] Instructions) : Statement;

    /// <summary>A jump over the next statements of its block, as many of them as there are.</summary>
    public sealed record Skip(Instruction Jump, int Statements) : Statement;

    /// <summary>A block that runs a constant number of times, counted down in a register that it leaves alone.</summary>
    public sealed record Loop(Register Counter, int Times, Instruction Again, IReadOnlyList<Statement> Body) : Statement;

    /// <summary>A call of one of the program's functions, by number, with what sets its arguments and replaces what it loses.</summary>
    public sealed record Call(int Function, Instruction[] Before, Instruction[] After) : Statement;

    /// <summary>A call of a helper that calls one of the program's functions, whose address goes into r2.</summary>
    public sealed record CallBack(int Function, int Helper, Instruction[] Before, Instruction[] After) : Statement;
}

/// <summary>A random program's function.</summary>
/// <param name="Body">What it does.</param>
/// <param name="End">What it does last, whatever was skipped.</param>
internal sealed record GeneratedFunction(IReadOnlyList<Statement> Body, params Instruction[] End);
