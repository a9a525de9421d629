using System.Text;

namespace NearData.TestSupport.Kernel;

/// <summary>A log that the kernel wrote, up to its zero.</summary>
internal static class LogText
{
    public static string Of(ReadOnlySpan<byte> log) => Encoding.UTF8.GetString(log[..(log.IndexOf((byte)0) is var end and >= 0 ? end : log.Length)]);
}
