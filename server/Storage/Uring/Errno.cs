using System.Runtime.InteropServices;

namespace NearData.Storage.Uring;

/// <summary>Error numbers of Linux that decide something here (asm-generic/errno-base.h).</summary>
internal static class Errno
{
    public const int IoError = 5;
    public const int Interrupted = 4;
    public const int TryAgain = 11;
    public const int OutOfMemory = 12;

    /// <summary>Whether the same read may succeed when it is sent again: the medium may answer, or the kernel may have memory then.</summary>
    public static bool IsTransient(int error) => error is IoError or Interrupted or TryAgain or OutOfMemory;

    /// <summary>Such as <c>Input/output error (5)</c>.</summary>
    public static string Describe(int error) => $"{Marshal.GetPInvokeErrorMessage(error)} ({error})";
}
