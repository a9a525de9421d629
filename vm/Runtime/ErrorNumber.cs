using NearData.Vm.Maps;

namespace NearData.Vm;

/// <summary>Error numbers that helpers return, negative, as the kernel's do (<c>asm-generic/errno-base.h</c>).</summary>
internal static class ErrorNumber
{
    public const long TooBig = -(long)MapError.TooBig;
    public const long AccessDenied = -13;
    public const long Fault = -(long)MapError.Fault;
    public const long Invalid = -(long)MapError.Invalid;
    public const long Range = -34;
}
