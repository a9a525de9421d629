using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace NearData.TestSupport;

/// <summary>Looks at files as a user without privileges does, whoever runs the tests.</summary>
public static class OtherUser
{
    private const uint Nobody = 65534;

    /// <summary>What a function finds; it must do all its work on the thread that calls it.</summary>
    public static T Ask<T>(Func<T> question)
    {
        T? answer = default;
        ExceptionDispatchInfo? failure = null;

        // The user for files is a thread's own (setfsuid(2)), so the thread goes with it.
        Thread thread = new(() =>
        {
            try
            {
                _ = setfsuid(Nobody);
                answer = question();
            }
            catch (Exception thrown)
            {
                failure = ExceptionDispatchInfo.Capture(thrown);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return answer!;
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int setfsuid(uint user);
}
