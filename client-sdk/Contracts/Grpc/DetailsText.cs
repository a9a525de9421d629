using Google.Protobuf;
using NearData.Contracts.V1;

namespace NearData.Contracts.Grpc;

/// <summary>The <c>neardata-error-details-bin</c> trailer: a message in base64, as all headers whose names end in "-bin" (PROTOCOL-HTTP2.md, Requests).</summary>
public static class DetailsText
{
    /// <summary>Bytes of the longest message: with the longest <see cref="StatusText"/>, it fits into the 8 KiB of trailers that clients are told to accept.</summary>
    public const int MostBytes = 2_560;

    /// <summary>A slice that makes the details too long loses its first steps; null for what is too long without any.</summary>
    public static string? Encode(ErrorDetails details)
    {
        ErrorDetails shortened = details.Clone();
        while (shortened.CalculateSize() > MostBytes && shortened.Rejection is { Slice.Count: > 0 } rejection)
        {
            rejection.Slice.RemoveAt(0);
            rejection.SliceIsCut = true;
        }

        return shortened.CalculateSize() <= MostBytes ? Convert.ToBase64String(shortened.ToByteArray()) : null;
    }

    /// <summary>Null for what is none: bad details must not hide the failure.</summary>
    public static ErrorDetails? Decode(string encoded)
    {
        try
        {
            // The padding may be missing.
            return ErrorDetails.Parser.ParseFrom(Convert.FromBase64String(encoded.PadRight((encoded.Length + 3) / 4 * 4, '=')));
        }
        catch (Exception broken) when (broken is FormatException or InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
