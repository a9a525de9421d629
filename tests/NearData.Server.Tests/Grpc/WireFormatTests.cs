using Google.Protobuf.Reflection;
using NearData.Contracts;
using NearData.Contracts.Grpc;
using NearData.Contracts.V1;

namespace NearData.Server.Tests.Grpc;

public sealed class WireFormatTests
{
    [Theory]
    [InlineData(0, "0u")]
    [InlineData(1, "1u")]
    [InlineData(10, "1u")]
    [InlineData(11, "2u")]
    [InlineData(999_999_990, "99999999u")]
    [InlineData(999_999_991, "100000m")]
    [InlineData(1_000_000_001, "100001m")]
    [InlineData(30 * TimeSpan.TicksPerDay, "2592000S")]
    [InlineData(36_500 * TimeSpan.TicksPerDay, "52560000M")]
    [InlineData(long.MaxValue, "99999999H")]
    public void A_timeout_is_sent_in_the_finest_unit_that_eight_digits_hold(long ticks, string expected) =>
        Assert.Equal(expected, GrpcTimeout.Format(TimeSpan.FromTicks(ticks)));

    [Theory]
    [InlineData("1n", 1)]
    [InlineData("100n", 1)]
    [InlineData("101n", 2)]
    [InlineData("3u", 30)]
    [InlineData("99999999m", 99_999_999 * TimeSpan.TicksPerMillisecond)]
    [InlineData("5S", 5 * TimeSpan.TicksPerSecond)]
    [InlineData("5M", 5 * TimeSpan.TicksPerMinute)]
    [InlineData("5H", 5 * TimeSpan.TicksPerHour)]
    [InlineData("0S", 0)]
    [InlineData("99999999H", 99_999_999 * TimeSpan.TicksPerHour)]
    public void A_timeout_is_read_in_every_unit(string text, long ticks)
    {
        Assert.True(GrpcTimeout.TryParse(text, out TimeSpan timeout));
        Assert.Equal(ticks, timeout.Ticks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("1")]
    [InlineData("1s")]
    [InlineData("1 S")]
    [InlineData("+1S")]
    [InlineData("1.5S")]
    [InlineData("123456789S")]
    public void A_timeout_of_another_form_is_refused(string text) => Assert.False(GrpcTimeout.TryParse(text, out _));

    [Theory]
    [InlineData("plain words, ~!#$&", "plain words, ~!#$&")]
    [InlineData("100%", "100%25")]
    [InlineData("a\nb", "a%0Ab")]
    [InlineData("ü – 🦀", "%C3%BC %E2%80%93 %F0%9F%A6%80")]
    [InlineData("", "")]
    public void A_status_message_is_percent_encoded_UTF8(string text, string encoded)
    {
        Assert.Equal(encoded, StatusText.Encode(text));
        Assert.Equal(text, StatusText.Decode(encoded));
    }

    [Theory]
    [InlineData("50% off", "50% off")]
    [InlineData("%", "%")]
    [InlineData("%4", "%4")]
    [InlineData("%zz%41", "%zzA")]
    [InlineData("%FF", "\uFFFD")]
    [InlineData("ü%41", "üA")]
    public void A_broken_status_message_is_shown_as_far_as_it_can_be(string encoded, string text) =>
        Assert.Equal(text, StatusText.Decode(encoded));

    [Theory]
    [InlineData('x', 1)]
    [InlineData('ü', 6)]
    public void A_status_message_that_is_too_long_is_cut_between_characters(char character, int encodedLength)
    {
        string longest = new(character, StatusText.MaximumLength / encodedLength);
        Assert.Equal(longest, StatusText.Decode(StatusText.Encode(longest)));
        string encoded = StatusText.Encode(new string(character, StatusText.MaximumLength + 1));
        Assert.InRange(encoded.Length, StatusText.MaximumLength - 6, StatusText.MaximumLength);
        string decoded = StatusText.Decode(encoded);
        Assert.EndsWith("...", decoded, StringComparison.Ordinal);
        Assert.All(decoded[..^3], each => Assert.Equal(character, each));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(3, false)]
    [InlineData(100, true)]
    public void Details_that_are_too_long_lose_the_first_steps_of_their_slice(int steps, bool isCut)
    {
        ErrorDetails details = new() { Rejection = new ProgramRejection { Code = "out-of-bounds", Program = "keep", Instruction = 7 } };
        details.Rejection.Slice.AddRange(Enumerable.Range(0, steps).Select(step => new SliceStep { Instruction = (uint)step, Text = new string('x', 100) }));

        string encoded = DetailsText.Encode(details)!;

        ErrorDetails decoded = DetailsText.Decode(encoded)!;
        ProgramRejection rejection = decoded.Rejection;
        Assert.InRange(decoded.CalculateSize(), 1, DetailsText.MostBytes);
        Assert.Equal(("out-of-bounds", "keep", 7U, isCut), (rejection.Code, rejection.Program, rejection.Instruction, rejection.SliceIsCut));
        Assert.Equal(details.Rejection.Slice.TakeLast(rejection.Slice.Count), rejection.Slice);
        Assert.Equal(isCut, rejection.Slice.Count < steps);
        Assert.Equal(decoded, DetailsText.Decode(encoded.TrimEnd('=')));
    }

    [Fact]
    public void Details_that_are_too_long_without_a_slice_are_not_sent() =>
        Assert.Null(DetailsText.Encode(new ErrorDetails { Rejection = new ProgramRejection { Reason = new string('x', DetailsText.MostBytes) } }));

    [Theory]
    [InlineData("no base64!")]
    [InlineData("/////w==")]
    public void Broken_details_are_none(string encoded) => Assert.Null(DetailsText.Decode(encoded));

    /// <summary>Clients rely on these: a line may be added, and none may change.</summary>
    [Fact]
    public void The_error_codes_and_their_statuses_are_frozen() => Assert.Equal(
        """
        invalid-argument InvalidArgument
        not-an-object InvalidArgument
        program-rejected InvalidArgument
        program-not-found NotFound
        map-not-found NotFound
        map-refused FailedPrecondition
        map-changed Aborted
        dataset-not-found NotFound
        dataset-changed Aborted
        column-missing FailedPrecondition
        column-type-mismatch FailedPrecondition
        column-nullable FailedPrecondition
        parameter-missing InvalidArgument
        parameter-invalid InvalidArgument
        data-corrupt DataLoss
        data-unsupported FailedPrecondition
        device-failed Internal
        path-refused PermissionDenied
        message-too-large ResourceExhausted
        memory-limit ResourceExhausted
        result-out-of-range OutOfRange
        group-limit ResourceExhausted
        sum-too-wide OutOfRange
        stage-invalid InvalidArgument
        guard-tripped Internal
        overloaded Unavailable
        deadline-exceeded DeadlineExceeded
        cancelled Cancelled
        unavailable Unavailable
        method-unknown Unimplemented
        encoding-unknown Unimplemented
        protocol-violation Internal
        internal Internal
        """,
        string.Join('\n', ErrorCode.All.Select(code => $"{code.Name} {code.Status}")));

    [Fact]
    public void Every_error_code_that_is_declared_is_listed()
    {
        IEnumerable<object?> declared = typeof(ErrorCode).GetProperties()
            .Where(property => property.PropertyType == typeof(ErrorCode))
            .Select(property => property.GetValue(null));
        Assert.Equal(declared, ErrorCode.All);
    }

    [Fact]
    public void The_methods_are_those_of_the_proto_file()
    {
        ServiceDescriptor service = NeardataReflection.Descriptor.Services.Single();
        IEnumerable<string> declared = service.Methods.Select(method =>
            $"/{service.FullName}/{method.Name} {method.InputType.ClrType.Name} {method.OutputType.ClrType.Name} "
            + $"{(method.IsServerStreaming ? "ServerStreamingMethod" : "UnaryMethod")}");
        IEnumerable<string> listed = typeof(NearDataMethods).GetProperties().Select(property =>
        {
            Type type = property.PropertyType;
            return $"{property.GetValue(null)} {type.GetGenericArguments()[0].Name} {type.GetGenericArguments()[1].Name} {type.Name[..^2]}";
        });
        Assert.Equal(declared, listed);
    }
}
