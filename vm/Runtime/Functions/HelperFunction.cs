using System.Reflection;
using NearData.Isa.Helpers;

namespace NearData.Vm.Functions;

/// <summary>A helper as it runs.</summary>
/// <param name="Signature">What it is called with.</param>
/// <param name="Interpreted">Over checked arguments and virtual addresses, to r0.</param>
/// <param name="Compiled">A static method over native addresses: a <see cref="long"/> for each argument, to r0.</param>
internal sealed record HelperFunction(HelperSignature Signature, InterpretedHelper Interpreted, MethodInfo Compiled);

/// <summary>What the interpreter runs for a helper.</summary>
internal delegate ulong InterpretedHelper(HelperArguments arguments);
