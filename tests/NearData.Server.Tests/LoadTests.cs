using NearData.Client.Grpc;
using NearData.Contracts;
using NearData.Contracts.V1;
using NearData.TestSupport;

namespace NearData.Server.Tests;

/// <summary><c>LoadProgram</c> as clients see it: each way to fail with its code and message.</summary>
public sealed class LoadTests(NodeFixture node) : IClassFixture<NodeFixture>
{
    [Fact]
    public async Task Bytes_that_are_no_ELF_are_refused_where_they_stop_being_one() =>
        NodeFailure.Expect(
            await Assert.ThrowsAsync<NearDataRpcException>(() => node.Client.LoadAsync("this is not an object"u8.ToArray())),
            ErrorCode.NotAnObject,
            "ELF");

    [FactNeeding(Needs.Clang19)]
    public async Task A_program_that_can_not_be_proven_safe_is_refused_with_its_source_line()
    {
        const string source =
            """
            #include <neardata.h>
            struct row { __s64 x; };
            SEC("filter") int keep(const struct row *r)
            {
                return ((const __s64 *)r)[7] != 0;
            }
            """;

        NearDataRpcException error = await Assert.ThrowsAsync<NearDataRpcException>(() => node.Client.LoadAsync(Clang.Compile(source)));

        NodeFailure.Expect(error, ErrorCode.ProgramRejected, "program.c:5", "56", "no-such-field", "hint: ", "how it comes to that");
        ProgramRejection rejection = error.Details!.Rejection;
        Assert.Equal(("no-such-field", "keep", 5U), (rejection.Code, rejection.Program, rejection.Line.Line));
        Assert.EndsWith("program.c", rejection.Line.File, StringComparison.Ordinal);
        Assert.Contains("return ((const __s64 *)r)[7] != 0;", rejection.Line.Text, StringComparison.Ordinal);
        Assert.Contains(rejection.Reason, error.Detail, StringComparison.Ordinal);
        Assert.Contains("56", rejection.Reason, StringComparison.Ordinal);
        Assert.Contains($"hint: {rejection.Hint}.", error.Detail, StringComparison.Ordinal);
        KnownValue subject = Assert.Single(rejection.Subject);
        Assert.Equal(("r1", true), (subject.Name, subject.Value.Contains("the row", StringComparison.Ordinal)));
        Assert.Equal(rejection.Instruction, rejection.Slice[^1].Instruction);
        Assert.Contains("+ 0x38)", rejection.Slice[^1].Text, StringComparison.Ordinal);
        Assert.False(rejection.SliceIsCut);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_missing_column_is_known_when_a_program_is_loaded_for_a_dataset() =>
        NodeFailure.Expect(
            await Assert.ThrowsAsync<NearDataRpcException>(() => node.Client.LoadAsync(Clang.Compile(NodeFixture.SumSource.Replace("y;", "z;", StringComparison.Ordinal).Replace("r->y", "r->z", StringComparison.Ordinal)), "numbers")),
            ErrorCode.ColumnMissing,
            "Field 'z' of struct row has no column: dataset 'numbers' has x, y.");

    [FactNeeding(Needs.Clang19)]
    public async Task A_field_too_narrow_for_its_column_is_refused_with_both_types() =>
        NodeFailure.Expect(
            await Assert.ThrowsAsync<NearDataRpcException>(() => node.Client.LoadAsync(Clang.Compile(NodeFixture.SumSource.Replace("__s64 x, y;", "__s64 x; __s32 y;", StringComparison.Ordinal)), "numbers")),
            ErrorCode.ColumnTypeMismatch,
            "Field 'y' of struct row is __s32, but column 'y' of dataset 'numbers' is INT64");

    [FactNeeding(Needs.Clang19)]
    public async Task A_nullable_column_bound_to_a_plain_field_is_refused()
    {
        node.Folder.Write("gaps/a.parquet", 1, ("x", [1, null]), ("y", [1, 2]));

        NodeFailure.Expect(
            await Assert.ThrowsAsync<NearDataRpcException>(() => node.Client.LoadAsync(Clang.Compile(NodeFixture.SumSource), "gaps")),
            ErrorCode.ColumnNullable,
            "ND_NULLABLE(__s64)");
    }

    [Fact]
    public async Task An_object_beyond_the_message_limit_is_refused_with_the_limit()
    {
        NearDataRpcException error = await Assert.ThrowsAsync<NearDataRpcException>(() => node.Client.LoadAsync(new byte[(16 << 20) + 1]));

        NodeFailure.Expect(error, ErrorCode.MessageTooLarge, "16777216");
    }
}
