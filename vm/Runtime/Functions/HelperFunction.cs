using System.Reflection;
using NearData.Isa.Helpers;

namespace NearData.Vm.Functions;

/// <summary>
/// A helper as it runs: one static method for interpreter and compiled code, over native addresses and without any check. Compiled
/// code was proven to pass what the signature says; the interpreter checks each call (<c>HelperCall</c>).
/// </summary>
internal sealed unsafe class HelperFunction
{
    private readonly nint _address;

    /// <param name="signature">What it is called with.</param>
    /// <param name="method">A static method that takes a <see cref="long"/> for each argument and returns r0.</param>
    public HelperFunction(HelperSignature signature, Delegate method)
    {
        Signature = signature;
        Method = method.Method;
        Type[] types = [.. Method.GetParameters().Select(parameter => parameter.ParameterType), Method.ReturnType];
        if (!Method.IsStatic || types.Length != signature.Arguments.Length + 1 || types.Any(type => type != typeof(long)))
        {
            throw new ArgumentException($"{Method} can't be {signature.Name}, which takes {signature.Arguments.Length} arguments.");
        }

        _address = Method.MethodHandle.GetFunctionPointer();
    }

    public HelperSignature Signature { get; }

    /// <summary>What compiled code calls.</summary>
    public MethodInfo Method { get; }

    /// <summary>Calls it with as many arguments as the signature has; returns r0.</summary>
    public long Call(ReadOnlySpan<long> given) => Signature.Arguments.Length switch
    {
        0 => ((delegate*<long>)_address)(),
        1 => ((delegate*<long, long>)_address)(given[0]),
        2 => ((delegate*<long, long, long>)_address)(given[0], given[1]),
        3 => ((delegate*<long, long, long, long>)_address)(given[0], given[1], given[2]),
        4 => ((delegate*<long, long, long, long, long>)_address)(given[0], given[1], given[2], given[3]),
        _ => ((delegate*<long, long, long, long, long, long>)_address)(given[0], given[1], given[2], given[3], given[4]),
    };
}
