using System.Reflection.Emit;
using NearData.Isa;

namespace NearData.Vm.Compilation;

/// <summary>The registers as locals of the compiled method, for the just-in-time compiler to keep in the processor's.</summary>
internal sealed class RegisterLocals
{
    private readonly LocalBuilder[] _locals;

    public RegisterLocals(MethodWriter writer) =>
        _locals = [.. Enumerable.Range(0, Register.Count).Select(_ => writer.NewNumber())];

    public LocalBuilder this[Register register] => _locals[register];
}
