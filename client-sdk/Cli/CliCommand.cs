using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using NearData.Client.Grpc;
using NearData.Client.Linq;
using NearData.Isa;
using NearData.Isa.Objects;
using NearData.Isa.Objects.Btf.Values;
using NearData.Formats;
using NearData.Formats.Streams;
using NearData.Parquet;
using NearData.Verifier.Rejections;
using NearData.Vm;
using NearData.Vm.Maps;

namespace NearData.Cli;

/// <summary>What every command shares: <c>--json</c>, exit codes, and how failures are told.</summary>
internal static class CliCommand
{
    /// <summary>The command did what it says.</summary>
    public const int Succeeded = 0;

    /// <summary>It could not, and said why on standard error.</summary>
    public const int Failed = 1;

    /// <summary>The conventional code of a process that SIGINT ended.</summary>
    private const int Interrupted = 130;

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON document instead of text" };

    /// <summary>Gives a command its action.</summary>
    /// <param name="command">The command; <c>--json</c> is added to it.</param>
    /// <param name="run">Does the work and gives the exit code.</param>
    public static Command Runs(this Command command, Func<ParseResult, Output, CancellationToken, Task<int>> run)
    {
        Option<bool> json = Json();
        command.Add(json);
        command.SetAction(async (parsed, cancellation) =>
        {
            Output output = new(parsed.GetValue(json) ? OutputFormat.Json : OutputFormat.Text);
            try
            {
                return await run(parsed, output, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return Interrupted;
            }
            catch (Exception failure) when (TryDescribe(failure, out string? code))
            {
                // A node's own words are enough; which method of which node was called is in the command.
                output.Complain(code, failure is NearDataRpcException rpc ? rpc.Detail : failure.Message);
                return Failed;
            }
        });
        return command;
    }

    /// <summary>The failures that a user can do something about; anything else is a defect and shows its stack.</summary>
    private static bool TryDescribe(Exception failure, [NotNullWhen(true)] out string? code)
    {
        code = failure switch
        {
            NearDataRpcException rpc => rpc.ErrorCode ?? "rpc-failed",
            CliException => "usage",
            ProgramRejectedException rejected => rejected.Code.ToString(),
            ObjectContractException => "program-rejected",
            ObjectFormatException => "not-an-object",
            InvalidInstructionException => "invalid-instruction",
            ExecutionFaultException => "execution-fault",
            BtfValueException => "value-invalid",
            MapMemoryException => "memory-limit",
            QueryTranslationException => "query-not-translatable",
            ParquetFormatException or TextFormatException or StreamFormatException => "data-corrupt",
            ParquetException or DecoderUnavailableException => "data-unsupported",
            IOException or UnauthorizedAccessException => "io",
            _ => null,
        };
        return code is not null;
    }
}

/// <summary>A command was given something that it can't use. The user's to fix.</summary>
internal sealed class CliException(string message) : Exception(message);
