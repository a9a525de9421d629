using NearData.Isa.Decoding;
using NearData.TestSupport;

namespace NearData.Isa.Tests.Decoding;

public sealed class SharedVectorTests
{
    [FactNeeding(Needs.SharedData)]
    public void Every_conformance_program_decodes_and_encodes_to_the_same_bytes()
    {
        SharedVector[] vectors = [.. SharedVector.Conformance().Where(vector => !vector.Groups.Contains("callx"))];
        Assert.Equal(224, vectors.Length);
        foreach (SharedVector vector in vectors)
        {
            Assert.Equal(vector.Code, InstructionEncoder.Encode(InstructionDecoder.Decode(vector.Code).AsSpan()));
        }
    }

    [FactNeeding(Needs.SharedData)]
    public void A_call_through_a_register_is_undefined()
    {
        SharedVector vector = Assert.Single(SharedVector.Conformance(), vector => vector.Groups.Contains("callx"));
        InvalidInstructionException refusal =
            Assert.Throws<InvalidInstructionException>(() => InstructionDecoder.Decode(vector.Code));
        Assert.Equal("Instruction 2: opcode 0x8d is not defined (RFC 9669, 4 and 5).", refusal.Message);
    }

    [FactNeeding(Needs.SharedData)]
    public void Every_program_with_an_unused_field_in_use_is_refused_by_the_field_in_its_name()
    {
        SharedVector[] vectors = SharedVector.ReservedFields();
        Assert.Equal(23, vectors.Length);
        foreach (SharedVector vector in vectors)
        {
            InvalidInstructionException refusal =
                Assert.Throws<InvalidInstructionException>(() => InstructionDecoder.Decode(vector.Code));
            Assert.Equal(0, refusal.Instruction);
            Assert.EndsWith(refusal.Field == "off" ? "-offset" : $"-{refusal.Field}", vector.Name);
        }
    }
}
