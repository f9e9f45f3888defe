;; Writes the body of an accepted record's line from the fields of the record as Kafka packs them, all of which are in memory.
;; What is written goes up to 16 bytes behind its end, and fields are read as far.
(module
  (memory (export "memory") 16)

  (data (i32.const 0) "\"kafka_key\":")
  (data (i32.const 16) "null")
  (data (i32.const 32) ",\"kafka_headers\":[")
  (data (i32.const 64) "],\"message_size\":")
  (data (i32.const 96) ",\"deserialized\":true,\"order_full\":")

  ;; Where a number is written out, from its end to its beginning.
  (global $digits_end i32 (i32.const 160))

  ;; Where the next packed field begins; fields are read one after the other.
  (global $at (mut i32) (i32.const 0))

  ;; The zigzag varint that is next, known to be an int32.
  (func $int (result i32)
    (local $at i32) (local $byte i32) (local $shift i32) (local $zigzag i32)
    (local.set $at (global.get $at))
    (loop $group
      (local.set $byte (i32.load8_u (local.get $at)))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (local.set $zigzag
        (i32.or
          (local.get $zigzag)
          (i32.shl (i32.and (local.get $byte) (i32.const 0x7f)) (local.get $shift))))
      (local.set $shift (i32.add (local.get $shift) (i32.const 7)))
      (br_if $group (i32.ge_u (local.get $byte) (i32.const 0x80))))
    (global.set $at (local.get $at))
    (i32.xor
      (i32.shr_u (local.get $zigzag) (i32.const 1))
      (i32.sub (i32.const 0) (i32.and (local.get $zigzag) (i32.const 1)))))

  ;; Each of those that follow writes at $to and returns where that ends.

  (func $put (param $to i32) (param $text i32) (param $length i32) (result i32)
    (memory.copy (local.get $to) (local.get $text) (local.get $length))
    (i32.add (local.get $to) (local.get $length)))

  (func $put_byte (param $to i32) (param $byte i32) (result i32)
    (i32.store8 (local.get $to) (local.get $byte))
    (i32.add (local.get $to) (i32.const 1)))

  (func $put_null (param $to i32) (result i32)
    (i32.store (local.get $to) (i32.load (i32.const 16)))
    (i32.add (local.get $to) (i32.const 4)))

  (func $put_number (param $to i32) (param $number i64) (result i32)
    (local $text i32) (local $tenth i64)
    (local.set $text (global.get $digits_end))
    (loop $digit
      (local.set $tenth (i64.div_u (local.get $number) (i64.const 10)))
      (local.set $text (i32.sub (local.get $text) (i32.const 1)))
      (i64.store8
        (local.get $text)
        (i64.add (i64.sub (local.get $number) (i64.mul (local.get $tenth) (i64.const 10))) (i64.const 0x30)))
      (local.set $number (local.get $tenth))
      (br_if $digit (i64.ne (local.get $number) (i64.const 0))))
    (call $put (local.get $to) (local.get $text) (i32.sub (global.get $digits_end) (local.get $text))))

  ;; The field of $length bytes that is next as a JSON string; -1 where it holds what such a string escapes, or a byte above
  ;; 0x7e. 16 bytes in each step.
  (func $put_string (param $to i32) (param $length i32) (result i32)
    (local $bytes v128) (local $stops i32) (local $from i32)
    (i32.store8 (local.get $to) (i32.const 0x22))
    (local.set $to (i32.add (local.get $to) (i32.const 1)))
    (local.set $from (global.get $at))
    (global.set $at (i32.add (local.get $from) (local.get $length)))
    (loop $step
      (local.set $bytes (v128.load align=1 (local.get $from)))
      (v128.store align=1 (local.get $to) (local.get $bytes))
      (local.set $stops
        (i8x16.bitmask
          (v128.or
            (v128.or
              ;; Those above 0x7f too, which are below zero.
              (i8x16.lt_s (local.get $bytes) (i8x16.splat (i32.const 0x20)))
              (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x7f))))
            (v128.or
              (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x22)))
              (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x5c)))))))
      (if (i32.gt_u (local.get $length) (i32.const 16))
        (then
          (if (local.get $stops) (then (return (i32.const -1))))
          (local.set $from (i32.add (local.get $from) (i32.const 16)))
          (local.set $to (i32.add (local.get $to) (i32.const 16)))
          (local.set $length (i32.sub (local.get $length) (i32.const 16)))
          (br $step))))
    ;; Behind the field stands another one.
    (if (i32.and (local.get $stops) (i32.sub (i32.shl (i32.const 1) (local.get $length)) (i32.const 1)))
      (then (return (i32.const -1))))
    (local.set $to (i32.add (local.get $to) (local.get $length)))
    (i32.store8 (local.get $to) (i32.const 0x22))
    (i32.add (local.get $to) (i32.const 1)))

  ;; The same of the next field, which has its length in front, or null.
  (func $put_field (param $to i32) (result i32)
    (local $length i32)
    (local.set $length (call $int))
    (if (i32.lt_s (local.get $length) (i32.const 0)) (then (return (call $put_null (local.get $to)))))
    (call $put_string (local.get $to) (local.get $length)))

  ;; Headers as pairs; -1 where a name has no length.
  (func $put_headers (param $to i32) (result i32)
    (local $count i32) (local $length i32)
    (local.set $count (call $int))
    (if (i32.le_s (local.get $count) (i32.const 0)) (then (return (local.get $to))))
    (loop $header
      (local.set $length (call $int))
      (if (i32.lt_s (local.get $length) (i32.const 0)) (then (return (i32.const -1))))
      (i32.store8 (local.get $to) (i32.const 0x5b))
      (local.set $to (call $put_string (i32.add (local.get $to) (i32.const 1)) (local.get $length)))
      (if (i32.eq (local.get $to) (i32.const -1)) (then (return (i32.const -1))))
      (i32.store8 (local.get $to) (i32.const 0x2c))
      (local.set $to (call $put_field (i32.add (local.get $to) (i32.const 1))))
      (if (i32.eq (local.get $to) (i32.const -1)) (then (return (i32.const -1))))
      ;; A bracket and a comma, over which goes what is behind the last header.
      (i32.store16 (local.get $to) (i32.const 0x2c5d))
      (local.set $to (i32.add (local.get $to) (i32.const 2)))
      (local.set $count (i32.sub (local.get $count) (i32.const 1)))
      (br_if $header (local.get $count)))
    (i32.sub (local.get $to) (i32.const 1)))

  ;; The whole body: what stands in front of the offset, that, what stands between it and the key, and the fields. -1 where
  ;; key or headers are not plain, or the value is null.
  (func (export "body")
    (param $head i32) (param $head_length i32) (param $offset f64) (param $time i32) (param $time_length i32)
    (param $fields i32) (param $to i32) (result i32)
    (local $length i32) (local $value i32)
    (local.set $to (call $put (local.get $to) (local.get $head) (local.get $head_length)))
    (local.set $to (call $put_number (local.get $to) (i64.trunc_f64_u (local.get $offset))))
    (local.set $to (call $put_byte (local.get $to) (i32.const 0x2c)))
    (local.set $to (call $put (local.get $to) (local.get $time) (local.get $time_length)))
    (global.set $at (local.get $fields))
    (local.set $to (call $put_field (call $put (local.get $to) (i32.const 0) (i32.const 12))))
    (if (i32.eq (local.get $to) (i32.const -1)) (then (return (i32.const -1))))
    (local.set $length (call $int))
    (if (i32.lt_s (local.get $length) (i32.const 0)) (then (return (i32.const -1))))
    (local.set $value (global.get $at))
    (global.set $at (i32.add (local.get $value) (local.get $length)))
    (local.set $to (call $put_headers (call $put (local.get $to) (i32.const 32) (i32.const 18))))
    (if (i32.eq (local.get $to) (i32.const -1)) (then (return (i32.const -1))))
    (local.set $to (call $put (local.get $to) (i32.const 64) (i32.const 17)))
    (local.set $to (call $put_number (local.get $to) (i64.extend_i32_u (local.get $length))))
    (local.set $to (call $put (local.get $to) (i32.const 96) (i32.const 34)))
    (local.set $to (call $put (local.get $to) (local.get $value) (local.get $length)))
    (call $put_byte (local.get $to) (i32.const 0x2c))))
