namespace NearData.Vm;

/// <summary>Error numbers that helpers return, negative, as the kernel's do (<c>asm-generic/errno-base.h</c>).</summary>
internal static class ErrorNumber
{
    public const long TooBig = -7;
    public const long AccessDenied = -13;
    public const long Fault = -14;
    public const long Invalid = -22;
    public const long Range = -34;
}
