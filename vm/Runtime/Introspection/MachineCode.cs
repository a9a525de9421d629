namespace NearData.Vm.Introspection;

/// <summary>The machine code that the runtime made of one compiled method.</summary>
/// <param name="Method">The program that it was compiled from.</param>
/// <param name="Address">Where its first byte is in this process.</param>
/// <param name="Bytes">A copy.</param>
public sealed record MachineCode(string Method, ulong Address, byte[] Bytes);
