using System.Reflection.Emit;
using NearData.Isa;

namespace NearData.Vm.Compilation;

/// <summary>Where the bytes of an access are in compiled code. No access is checked: where it goes was proven.</summary>
internal abstract class Place
{
    /// <summary>Pushes what is there, widened to 64 bits.</summary>
    public abstract void Load(MethodWriter writer, MemorySize size, NumberSign sign);

    /// <summary>Puts the low bytes of a number there.</summary>
    public abstract void Store(MethodWriter writer, MemorySize size, LocalBuilder value);
}
