/* One trampoline per bound function: jumps through its slot, which first leads to bedstone_bind()
   (bind.c). The registers that carry arguments are kept across that call; nothing else may hold
   one by the calling conventions (System V AMD64 psABI 3.2.3; AAPCS64 6.4). */

#if defined(__x86_64__)

#define BIND(index, symbol, library)                                                     \
  .globl symbol; .hidden symbol; .type symbol, @function;                                \
  symbol: endbr64; jmp *bedstone_slots + 8 * index(%rip); .size symbol, . - symbol;      \
  .Lstub_##index: endbr64; pushq $index; jmp .Lresolve;
  .text
#include "bindings.inc"
#undef BIND

  /* Entered with the index on the stack above the caller's return address. */
.Lresolve:
  pushq %rbp
  movq %rsp, %rbp
  pushq %rax
  pushq %rdi
  pushq %rsi
  pushq %rdx
  pushq %rcx
  pushq %r8
  pushq %r9
  pushq %r10
  subq $136, %rsp
  movups %xmm0, (%rsp)
  movups %xmm1, 16(%rsp)
  movups %xmm2, 32(%rsp)
  movups %xmm3, 48(%rsp)
  movups %xmm4, 64(%rsp)
  movups %xmm5, 80(%rsp)
  movups %xmm6, 96(%rsp)
  movups %xmm7, 112(%rsp)
  movl 8(%rbp), %edi
  call bedstone_bind
  movq %rax, %r11
  movups (%rsp), %xmm0
  movups 16(%rsp), %xmm1
  movups 32(%rsp), %xmm2
  movups 48(%rsp), %xmm3
  movups 64(%rsp), %xmm4
  movups 80(%rsp), %xmm5
  movups 96(%rsp), %xmm6
  movups 112(%rsp), %xmm7
  addq $136, %rsp
  popq %r10
  popq %r9
  popq %r8
  popq %rcx
  popq %rdx
  popq %rsi
  popq %rdi
  popq %rax
  popq %rbp
  addq $8, %rsp
  jmp *%r11

#elif defined(__aarch64__)

  /* hint 34 is "bti c": a landing pad where branch targets are checked, nothing elsewhere. */
#define BIND(index, symbol, library)                                                     \
  .globl symbol; .hidden symbol; .type symbol, %function;                                \
  symbol: hint 34; adrp x16, bedstone_slots + 8 * index;                                 \
  ldr x17, [x16, :lo12:bedstone_slots + 8 * index]; br x17; .size symbol, . - symbol;    \
  .Lstub_##index: hint 34; mov w16, index; b .Lresolve;
  .text
  .p2align 2
#include "bindings.inc"
#undef BIND

  /* Entered with the index in w16 and the caller's return address in x30. */
.Lresolve:
  stp x29, x30, [sp, -224]!
  mov x29, sp
  stp x0, x1, [sp, 16]
  stp x2, x3, [sp, 32]
  stp x4, x5, [sp, 48]
  stp x6, x7, [sp, 64]
  str x8, [sp, 80]
  stp q0, q1, [sp, 96]
  stp q2, q3, [sp, 128]
  stp q4, q5, [sp, 160]
  stp q6, q7, [sp, 192]
  mov w0, w16
  bl bedstone_bind
  mov x16, x0
  ldp x0, x1, [sp, 16]
  ldp x2, x3, [sp, 32]
  ldp x4, x5, [sp, 48]
  ldp x6, x7, [sp, 64]
  ldr x8, [sp, 80]
  ldp q0, q1, [sp, 96]
  ldp q2, q3, [sp, 128]
  ldp q4, q5, [sp, 160]
  ldp q6, q7, [sp, 192]
  ldp x29, x30, [sp], 224
  br x16

#else
#error "no trampolines for this processor: configure with -DBEDSTONE_SLIM_LIBPQ=OFF"
#endif

  .data
  .p2align 3
  .globl bedstone_slots
  .hidden bedstone_slots
bedstone_slots:
#define BIND(index, symbol, library) .quad .Lstub_##index;
#include "bindings.inc"

  .section .note.GNU-stack, "", %progbits
